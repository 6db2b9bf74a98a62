"""What a cloud costs on AWS while nobody asks: the figures of docs/performance.md, from declarations and budgets."""

from __future__ import annotations

import json
import re

import pytest

from bridge.agent import Timing
from bridge.settings import Settings
from infra.generator.declarations import COMPONENTS, ROOT, functions
from javelin.messaging.consumers import Consumer, Queue, Schedule
from tests.benchmarks.prices import DOLLARS
from tests.flows.test_consumer_budgets import GOLDEN

MONTH = 30 * 24 * 3600  # seconds
PER_UNIT = {"minute": 60, "minutes": 60, "hour": 3600, "hours": 3600}
POLLS = MONTH / 20 * 5  # Lambda holds five long polls of 20 s on a quiet queue
ALARM = 0.10  # dollars a month for one of CloudWatch
BUDGETS = json.loads(GOLDEN.read_text())
SOURCES = {
    f"{one.component}/{one.name}": one.declaration.source
    for component in COMPONENTS for one in functions(component) if isinstance(one.declaration, Consumer)
}  # fmt: skip


def by_clock() -> float:
    """Dollars a month for the rounds of functions that run by the clock and find nothing to do."""
    total = 0.0
    for name, source in SOURCES.items():
        if isinstance(source, Schedule):
            number, unit = re.fullmatch(r"rate\((\d+) (\w+)\)", source.rate).groups()  # type: ignore[union-attr]  # it is one
            total += MONTH / (int(number) * PER_UNIT[unit]) * float(BUDGETS[f"{name}: idle"]["dollars"])
    return total


def by_queues() -> float:
    """Dollars a month for asking queues of which each has an alarm, too."""
    queues = sum(isinstance(source, Queue) for source in SOURCES.values())
    return queues * (POLLS * DOLLARS["sqs_request"] + ALARM)


def by_host() -> float:
    """Dollars a month for a host that is well: its heartbeats, their handling, and its waiting for commands."""
    settings = Settings()
    heartbeat = float(BUDGETS["fabric_monitoring/receive_report: a heartbeat"]["dollars"]) + 3 * DOLLARS["sqs_request"]
    return MONTH / settings.heartbeat_seconds * heartbeat + MONTH / settings.poll_seconds * DOLLARS["sqs_request"]


@pytest.mark.parametrize(
    ("what", "dollars"),
    [("rounds by the clock", by_clock()), ("queues and their alarms", by_queues()), ("each host", by_host())],
)
def test_the_document_tells_what_idling_costs(what: str, dollars: float) -> None:
    told = re.search(rf"^\| {what} \|.*\| ([0-9.]+) \|$", (ROOT / "docs/performance.md").read_text(), re.MULTILINE)
    assert told is not None, what
    assert told[1] == f"{dollars:.2f}"


def test_the_bridge_waits_as_its_settings_say() -> None:
    assert (Timing().heartbeat, Timing().poll) == (Settings().heartbeat_seconds, Settings().poll_seconds)
