"""What may go wrong in a run of a flow: one fault in one state, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Where it goes wrong: in the function, on the way to the host, on the way back, or in the flow itself."""

    BEFORE = "fails before its side effect"
    AFTER = "fails after its side effect"
    TWICE = "runs twice"
    TRANSIENT = "fails after its side effect with an error that is tried again"
    REFUSED = "is refused by the host before it does anything"
    LOST = "is done, and the host's answer is lost"
    DOUBLED = "is asked twice and answered twice"
    LATE = "is answered after the flow gave up"
    DELAYED = "reaches the host when everything is over"
    KILLED_BEFORE = "is killed before its function runs"
    KILLED_AFTER = "is killed when its function ran, and the host hears of it when everything is over"
    KILLED_DONE = "is killed when all is done and before the answer"


REPLIES = (Kind.REFUSED, Kind.LOST, Kind.DOUBLED, Kind.LATE, Kind.DELAYED)
SILENT = (Kind.LOST, Kind.LATE, Kind.DELAYED)  # nobody answers in time
KILLS = (Kind.KILLED_BEFORE, Kind.KILLED_AFTER, Kind.KILLED_DONE)


class Injected(Exception):
    """The error of a fault: nothing retries it."""


class Transient(Exception):
    """The error of a fault that flows try again."""

    flow_name = "Lambda.ServiceException"


@dataclass
class Fault:
    """One fault, the first time that the flow comes to the state.

    `hit` says that it came, `asked` that a host was asked there: without, a fault of replies has no effect.
    """

    state: str
    kind: Kind
    hit: bool = False
    asked: bool = False

    @property
    def idle(self) -> bool:
        """Whether it changed nothing."""
        return self.kind in REPLIES and not self.asked

    def __str__(self) -> str:
        return f"{self.state} {self.kind.value}"
