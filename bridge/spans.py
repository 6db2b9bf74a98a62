"""Spans: how long a command took on this host, and its parts. They go to the cloud with the answer, for the job's trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

from javelin.messaging.host_commands import HostCommand

MOST_PARTS = 20


@dataclass
class Spans:
    """One run of a command; `parts` are (name, milliseconds) in the order in which they ended."""

    command: HostCommand
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    parts: list[tuple[str, float]] = field(default_factory=list)

    def told(self) -> dict[str, object]:
        """What the cloud is told."""
        return {
            "host": self.command.host, "command": self.command.kind, "id": self.command.id,
            "started": _shown(self.started), "ended": _shown(datetime.now(UTC)), "parts": self.parts[:MOST_PARTS],
        }  # fmt: skip


_current: ContextVar[Spans | None] = ContextVar("spans", default=None)


@contextmanager
def recorded(command: HostCommand) -> Iterator[Spans]:
    """Everything that this thread does meanwhile belongs to the command."""
    spans = Spans(command)
    token = _current.set(spans)
    try:
        yield spans
    finally:
        _current.reset(token)


@contextmanager
def part(name: str) -> Iterator[None]:
    """A named part of the command that this thread runs; without one nothing is noted."""
    started = perf_counter()
    try:
        yield
    finally:
        spans = _current.get()
        if spans is not None:
            spans.parts.append((name, round((perf_counter() - started) * 1000, 1)))


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
