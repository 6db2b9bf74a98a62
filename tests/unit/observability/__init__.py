"""Tests: observability."""
