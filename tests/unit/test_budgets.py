"""What every operation asks of AWS, against budgets.json: a change that was not meant fails, with the difference.

UPDATE_BUDGETS=1 writes the file anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import handlers
from tests.flows.meter import forget_others, keep, metering
from tests.unit.furnished.cloud import furnished_cloud
from tests.unit.furnished.requests import Learner

GOLDEN = Path(__file__).parent / "budgets.json"
COMMANDS = sorted(command for command, operation in handlers().items() if operation.roles)
MOST_REQUESTS = 40  # of DynamoDB, in any operation


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    """One cloud for all."""
    with furnished_cloud() as cloud:
        yield Learner(cloud)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_operation_asks_for_what_it_asked_for(learner: Learner, command: str) -> None:
    furnished = learner.furnished
    caller = "user" if "User" in handlers()[command].roles else "root"
    request = learner.known(command, caller, "user") or {}
    furnished.call(command, caller, request)  # what is kept for a worker's life is kept now
    with metering(furnished) as meter:
        answer = furnished.call(command, caller, request)
    meter.functions = [512, handlers()[command].memory]  # the edge's, and its own
    told = meter.told()
    if "error" in answer:
        told = {"refused": answer["error"]["name"], **told}
    keep(GOLDEN, command, told)
    assert sum(number for name, number in meter.counts.items() if name.startswith("dynamodb/")) <= MOST_REQUESTS


def test_budgets_are_of_operations_that_exist() -> None:
    forget_others(GOLDEN, set(COMMANDS))
