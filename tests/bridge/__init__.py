"""Tests: bridge."""
