"""Jobs cancelled in every state of every flow: before its function, while a host works, after a kill, while undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from javelin.data.records.job import JobStatus
from tests.cloud import Refused
from tests.flows.engine import Task
from tests.flows.faults import Fault, Kind
from tests.flows.matrix import DONE, look, shape
from tests.flows.scenarios import SCENARIOS, Stage, covered

FORWARD = [(flow, state) for flow in covered() for state in shape(flow).forward]
BACKWARD = [(flow, state) for flow in covered() for state in shape(flow).backward]


def newest(stage: Stage) -> dict[str, Any]:
    return max(stage.world.records("Job"), key=lambda one: one["id"])


def cancel(stage: Stage) -> None:
    stage.world.cloud.call("cancelAsyncJob", jobid=newest(stage)["id"])


def once(state: str, act: Callable[[], None]) -> Callable[[str], None]:
    """Act when the state is entered for the first time."""
    waiting = [act]

    def entered(name: str) -> None:
        if name == state and waiting:
            waiting.pop()()

    return entered


def run(stage: Stage, flow: str) -> tuple[str, JobStatus]:
    """The flow to its end, from the stage that `put` made; how it ended, after everything was looked at."""
    before = stage.put_picture
    SCENARIOS[flow].start(stage)
    stage.world.finish()
    end = look(stage, SCENARIOS[flow], before)
    return end, JobStatus(newest(stage)["status"])
