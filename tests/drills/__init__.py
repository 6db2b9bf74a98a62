"""Crash drills: a real local cloud under load, whose programs are killed at random moments."""
