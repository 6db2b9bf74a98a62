"""Every do and every undo fails, before and after its side effect: done, undone or Stuck, and nothing is left."""

from __future__ import annotations

import pytest

from tests.flows.faults import Kind
from tests.flows.matrix import Case, cases, play
from tests.flows.stage import Stage


@pytest.mark.parametrize("case", cases((Kind.BEFORE, Kind.AFTER)), ids=str)
def test_faults(stage: Stage, case: Case) -> None:
    play(stage, case)
