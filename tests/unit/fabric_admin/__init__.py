"""Tests of fabric_admin."""
