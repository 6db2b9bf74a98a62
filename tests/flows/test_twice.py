"""Every do and every undo runs twice, one after the other or at once, or again after an error that passes: the end is as
if it ran once."""

from __future__ import annotations

import pytest

from tests.flows.faults import Kind
from tests.flows.matrix import Case, cases, play
from tests.flows.stage import Stage


@pytest.mark.parametrize("case", cases((Kind.TWICE, Kind.OVERTAKEN, Kind.TRANSIENT)), ids=str)
def test_twice(stage: Stage, case: Case) -> None:
    play(stage, case)
