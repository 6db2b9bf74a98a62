"""Virtual machines, their offerings and consoles."""
