"""What may go wrong in a run of a flow: one fault in one state, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Where it goes wrong: in the function, on the way to the host, on the way back, or in the flow itself."""

    BEFORE = "fails before its side effect"
    AFTER = "fails after its side effect"
    TWICE = "runs twice"
    OVERTAKEN = "is overtaken by its repeat when it is about to write"
    CUT = "is cut off between two of its side effects"
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
    """One fault, the first time that the flow comes to the state, or after it `passes` so many times.

    What is CUT is so before its side effect of this `number`, if it has so many; its note in the job is number 0.
    `hit` says that it came, `cut` that something was cut off, `asked` that a host was asked there: without, a fault of
    replies has no effect.
    """

    state: str
    kind: Kind
    passes: int = 0
    number: int = 0
    hit: bool = False
    asked: bool = False
    cut: bool = False

    @property
    def idle(self) -> bool:
        """Whether it changed nothing."""
        return self.kind in REPLIES and not self.asked

    def meets(self, state: str) -> bool:
        """Whether it happens now that the flow comes to `state`."""
        if state != self.state or self.hit:
            return False
        self.passes -= 1
        self.hit = self.passes < 0
        return self.hit

    def __str__(self) -> str:
        return f"{self.state} {self.kind.value}"
