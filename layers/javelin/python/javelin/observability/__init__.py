"""Logs that operators can read and that never hold a secret."""
