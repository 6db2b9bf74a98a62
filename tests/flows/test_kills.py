"""Every flow is killed in every state, forth and back: its job runs again and ends."""

from __future__ import annotations

import pytest

from tests.flows.faults import KILLS
from tests.flows.matrix import Case, cases, play
from tests.flows.stage import Stage


@pytest.mark.parametrize("case", cases(KILLS), ids=str)
def test_kills(stage: Stage, case: Case) -> None:
    play(stage, case)
