"""Spans: how long a command took on this host, its parts, and why it failed. They go to the cloud with the answer, for
the job's trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from time import perf_counter

from javelin.messaging.host_commands import HostCommand
from javelin.messaging.host_traces import (
    MOST_PARTS,
    MOST_TEXT,
    MOST_TRIES,
    HostFailure,
    HostTrace,
    Part,
    Try,
    TryError,
)

MOST_REMEMBERED = 1000  # commands whose failed tries are remembered


@dataclass
class Spans:
    """One run of a command; `began` is for measuring, `started` for telling."""

    command: HostCommand
    tries: tuple[Try, ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=perf_counter)
    parts: list[Part] = field(default_factory=list)

    def told(self, error: TryError | None = None) -> HostTrace:
        """What the cloud is told."""
        return HostTrace(
            host=self.command.host, command=self.command.kind, id=self.command.id, tries=self.tries, error=error,
            started=_shown(self.started), ended=_shown(datetime.now(UTC)), parts=tuple(self.parts[-MOST_PARTS:]),
        )  # fmt: skip

    def failed(self, name: str, text: str) -> HostFailure:
        """The cause that the cloud is given."""
        readable = text.encode(errors="replace").decode()  # names of files need not be text
        trace = self.told(TryError(name=name, text=readable[:MOST_TEXT]))
        return HostFailure(name=name, text=readable, trace=trace)


class Tries:
    """What failed here and may be asked for again, so that the next answer tells of it too. A restart forgets it."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[Try, ...]] = {}
        self._lock = Lock()

    def before(self, command: str) -> tuple[Try, ...]:
        """The tries of a command so far, by its id."""
        with self._lock:
            return self._failed.get(command, ())

    def remember(self, trace: HostTrace) -> None:
        """This one failed, too."""
        with self._lock:
            tries = (*trace.tries, Try.model_validate(trace.model_dump(exclude={"tries"})))
            self._failed.pop(trace.id, None)
            self._failed[trace.id] = tries[-MOST_TRIES:]
            if len(self._failed) > MOST_REMEMBERED:
                del self._failed[next(iter(self._failed))]


_current: ContextVar[Spans | None] = ContextVar("spans", default=None)


@contextmanager
def recorded(command: HostCommand, tries: tuple[Try, ...] = ()) -> Iterator[Spans]:
    """Everything that this thread does meanwhile belongs to the command."""
    spans = Spans(command, tries)
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
            took = _milliseconds(perf_counter() - started)
            spans.parts.append(Part(name=name, after=_milliseconds(started - spans.began), milliseconds=took))


def _milliseconds(seconds: float) -> float:
    return round(max(0.0, seconds) * 1000, 1)


def _shown(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
