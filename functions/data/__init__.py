"""The tables' streams: live counts of lists."""
