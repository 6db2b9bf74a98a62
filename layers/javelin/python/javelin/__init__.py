"""Javelin's shared library: what every component stands on, layered by import-linter (see pyproject.toml)."""
