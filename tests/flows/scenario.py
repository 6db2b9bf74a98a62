"""What a scenario of a flow is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.flows.stage import NoGuest, Stage

Json = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """`before` brings the cloud where the flow starts, `start` calls the operation, `done` says what is not so at the
    end, `undone` which of the differences from the picture before must not be. Beside the first scenario of a flow there
    are `variant`s, where it does more.

    After an undone run the operation is repeated and must get done; `start` is refused only where it is done already.
    """

    flow: str
    before: Callable[[Stage], None]
    start: Callable[[Stage], Json]
    done: Callable[[Stage], list[str]]
    undone: Callable[[list[str]], list[str]] = lambda differences: differences
    variant: str = ""

    @property
    def name(self) -> str:
        """The flow, and the variant if it is one."""
        return f"{self.flow} {self.variant}".strip()


def named(stage: Stage, table: str, name: str) -> str:
    """The id of the record of this name. NoGuest if it is not there."""
    found = [row["id"] for row in stage.world.records(table) if row["name"] == name]
    if not found:
        raise NoGuest
    return str(found[0])
