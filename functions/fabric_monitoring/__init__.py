"""Heartbeats, states of guests, capacity."""
