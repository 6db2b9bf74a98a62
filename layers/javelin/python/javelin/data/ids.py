"""Ids: UUIDs that sort by when they were made (version 7), so that index order is creation order."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7: 48 bits of milliseconds, 12 bits that keep ids of one process in order, 62 random bits."""
    global _last  # noqa: PLW0603 - monotonic within the process
    with _lock:
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = ticks
    value = (ticks >> 12 & (1 << 48) - 1) << 80 | 7 << 76 | (ticks & 0xFFF) << 64 | 2 << 62 | secrets.randbits(62)
    return str(UUID(int=value))
