"""The local cloud's logs of functions: the last lines stay, and whoever reads meanwhile misses none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import cloudwatch_logs

from infra.local.aws.adapters.lambda_records import log_group, record_log

FUNCTION = {"FunctionName": "talker", "LoggingConfig": {"LogGroup": "/talker"}}
KEPT = 8  # the lines of two invocations, with those around what was printed


@pytest.fixture(autouse=True)
def nothing_logged() -> Iterator[None]:
    """Nothing before and nothing after."""
    cloudwatch_logs._log_groups.clear()
    yield
    cloudwatch_logs._log_groups.clear()


def say(*words: str) -> list[dict[str, Any]]:
    """An invocation for each word; answers the events of the function's stream."""
    for word in words:
        record_log(FUNCTION, "request", word, error=False, duration_ms=1, kept=KEPT)
    (stream,) = log_group("/talker", 0)["streams"].values()
    events: list[dict[str, Any]] = stream["events"]
    return events


def printed(events: list[dict[str, Any]]) -> list[str]:
    """What functions printed, without Lambda's own lines."""
    return [event["message"] for event in events if " RequestId: " not in event["message"]]


def test_the_last_lines_stay() -> None:
    assert printed(say("one", "two", "three")) == ["two", "three"]


def test_who_reads_misses_nothing_that_was_there() -> None:
    reading = say("one", "two")
    say("three", "four")
    assert printed(reading)[:2] == ["one", "two"]
