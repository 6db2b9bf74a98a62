"""Volumes, templates, disk offerings, image stores."""
