"""The embedded AWS: ministack in this machine's Python, with named adapters for what it gets wrong."""
