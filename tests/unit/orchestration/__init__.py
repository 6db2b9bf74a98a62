"""Tests: orchestration."""
