"""Explicit-state models: everything that may happen, in bounds, by the project's own functions."""
