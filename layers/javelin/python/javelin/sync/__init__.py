"""Synchronization: one writer per resource."""
