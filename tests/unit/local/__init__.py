"""The local cloud's own programs."""
