"""What every operation asks of AWS when it succeeds, against budgets.json: a change that was not meant fails, with the
difference.

UPDATE_BUDGETS=1 writes the file anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import handlers
from tests.flows.meter import forget_others, keep, metering
from tests.unit.furnished.cloud import furnished_cloud
from tests.unit.furnished.ready import ASKED, BEFORE, OWNER, Functions
from tests.unit.furnished.requests import Learner

GOLDEN = Path(__file__).parent / "budgets.json"
COMMANDS = sorted(command for command, operation in handlers().items() if operation.roles)
EDGE = 512  # MiB of the function at the edge
MOST_REQUESTS = 40  # of DynamoDB, in any operation


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    """One cloud for all."""
    with furnished_cloud() as cloud:
        yield Learner(cloud)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_operation_asks_for_what_it_asked_for(learner: Learner, command: str) -> None:
    furnished, functions = learner.furnished, Functions()
    furnished.services["lambda"] = functions
    caller = "user" if "User" in handlers()[command].roles else "root"
    request = ASKED.get(command) or learner.known(command, caller, OWNER) or {}
    ready = BEFORE.get(command, lambda: None)
    ready()
    furnished.call(command, caller, request)  # what is kept for a worker's life is kept now
    furnished.refurnish()
    ready()
    functions.called.clear()
    with metering(furnished) as meter:
        answer = furnished.call(command, caller, request)
    furnished.refurnish()
    assert "error" not in answer, f"a budget of a refusal is none: see tests/unit/furnished/ready.py; {answer['error']}"
    meter.functions = [EDGE, handlers()[command].memory, *functions.called]
    keep(GOLDEN, command, meter.told())
    assert sum(number for name, number in meter.counts.items() if name.startswith("dynamodb/")) <= MOST_REQUESTS


def test_budgets_are_of_operations_that_exist() -> None:
    forget_others(GOLDEN, set(COMMANDS))
