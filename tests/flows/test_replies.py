"""Every answer of a host is lost, doubled or late, every command refused or delayed until all is over."""

from __future__ import annotations

import pytest

from tests.flows.faults import REPLIES
from tests.flows.matrix import Case, cases, play
from tests.flows.scenarios import Stage


@pytest.mark.parametrize("case", cases(REPLIES), ids=str)
def test_replies(stage: Stage, case: Case) -> None:
    play(stage, case)
