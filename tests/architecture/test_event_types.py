"""Whatever changes something declares how it is told, and listEventTypes answers what can be told, no more and no less."""

from __future__ import annotations

import re

from functions.events._types import OF_THE_CLOUD, event_types
from infra.generator.declarations import ROOT, operations
from javelin.contract.operation import Operation

OPERATIONS = [function.declaration for function in operations()]
TYPE = re.compile(r'"([A-Z]{2,}(?:\.[A-Z]{2,})+)"')


def announced() -> set[str]:
    """The types that stand in the source outside of the list itself, and of that of alerts."""
    files = [path for folder in ("functions", "layers/javelin/python") for path in (ROOT / folder).rglob("*.py")]
    return {
        kind
        for path in files
        if path.name not in ("_types.py", "_alerts.py")
        for kind in TYPE.findall(path.read_text())
    }


def test_what_changes_something_declares_its_event() -> None:
    untold = [
        one.command for one in OPERATIONS
        if isinstance(one, Operation) and (one.event is not None) != one.changes
    ]  # fmt: skip
    assert untold == [], "declare event=, the type of its events, if it changes something, and only then"


def test_every_type_is_listed_and_every_listed_type_can_be() -> None:
    unlisted = announced() - set(event_types())
    assert unlisted == set(), "name what no operation declares in functions/events/_types.py"
    assert set(OF_THE_CLOUD) <= announced()
