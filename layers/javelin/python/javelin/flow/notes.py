"""Notes: what a job writes down when a step starts, of the step and of what came before it. The trace is drawn from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from javelin.flow import jobs
from javelin.messaging.host_traces import MOST_TEXT, TRACE, HostTrace, tries_of

Json = dict[str, Any]


def note(event: Json) -> Json:
    """A step's note: {step, phase, at (UTC), item?, host? (what hosts did just before), error? (why it is undone)}."""
    written: Json = {
        "step": event["step"], "phase": event["phase"], "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }  # fmt: skip
    if event.get("item") is not None:
        written["item"] = event["item"]
    previous = event.get("previous")
    if tries := [*_answered(previous), *_failed(previous), *_failed(event.get("failure"))]:
        written["host"] = tries
    failure = previous if _is_error(previous) else event.get("failure")
    if failure:
        written["error"] = {
            "name": str(failure.get("Error", "Unknown"))[:100], "text": jobs.error_of(failure).text[:MOST_TEXT],
        }  # fmt: skip
    return written


def answer(previous: Any) -> Any:
    """What the step before returned, without how it was made."""
    if isinstance(previous, list):
        return [answer(one) for one in previous]
    if isinstance(previous, dict) and TRACE in previous:
        return {name: value for name, value in previous.items() if name != TRACE}
    return previous


def _answered(previous: Any) -> list[Json]:
    """What hosts did for the step before: one entry per try of a command, as `javelin.messaging.host_traces` has them."""
    answers = previous if isinstance(previous, list) else [previous]
    traces = [HostTrace.read(one[TRACE]) for one in answers if isinstance(one, dict) and TRACE in one]
    return [each for trace in traces if trace for each in trace.each()]


def _failed(failure: Any) -> list[Json]:
    """What a host did before it failed. It may have been noted already: an error is given to more states than one."""
    return tries_of(failure) if _is_error(failure) else []


def _is_error(previous: Any) -> bool:
    return isinstance(previous, dict) and "Error" in previous and "Cause" in previous
