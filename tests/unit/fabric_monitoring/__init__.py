"""Tests of fabric_monitoring."""
