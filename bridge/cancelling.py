"""How the cloud's wish to stop a command reaches what runs in a worker: long works look here between their parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from time import monotonic

from bridge.errors import Cancelled

LOOK = 0.2  # seconds between looks while something else is waited for

_wished: ContextVar[Event | None] = ContextVar("wished", default=None)


@contextmanager
def heeding(wished: Event) -> Iterator[None]:
    """Within, in this thread: when `wished` is set the work may end with Cancelled."""
    token = _wished.set(wished)
    try:
        yield
    finally:
        _wished.reset(token)


def check() -> None:
    """Raise Cancelled if the running command is to stop; only where it leaves nothing half-made."""
    wished = _wished.get()
    if wished is not None and wished.is_set():
        raise Cancelled("the job was cancelled while its command ran")


def pause(seconds: float) -> None:
    """Wait. Raises Cancelled as soon as the running command is to stop."""
    wished = _wished.get() or Event()
    wished.wait(seconds)
    check()


def wait_for(event: Event, seconds: float) -> bool:
    """Wait until `event` is set; False if it was not in time. Raises Cancelled when the command is to stop."""
    end = monotonic() + seconds
    while not event.wait(max(0.0, min(LOOK, end - monotonic()))):
        check()
        if monotonic() >= end:
            return False
    return True
