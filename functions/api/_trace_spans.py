"""The trace of a job as OpenTelemetry spans (OTLP in JSON), for any collector: the job's id is the trace's id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from functions.api._trace_words import Json

INTERNAL, CLIENT, OK, ERROR = 1, 3, 1, 2  # OTLP's numbers of span kinds and status codes
OF_JOB = ("id", "account", "domain", "resource_type", "resource", "execution", "attempt", "outcome")
OF_RUN = ("job", "state", "phase", "item", "attempt", "outcome")
OF_COMMAND = ("job", "id", "host", "outcome")


def as_spans(trace: Json) -> Json:
    """One span for the job, in it one per state's run, in those one per host command with its parts; of those that have
    ended."""
    resource = {"attributes": _attributes({"service.name": "javelin"})}
    spans = [span for span in _spans(trace) if "endTimeUnixNano" in span]
    return {
        "resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "javelin.jobs"}, "spans": spans}]}]
    }


def trace_id(job: Json) -> str:
    """The job's id as OpenTelemetry has ids."""
    return str(job["id"]).replace("-", "")


def _spans(trace: Json) -> Iterator[Json]:
    job, known = trace["job"], {"job": trace["job"]["id"]}
    yield _span(job, ("job",), job["command"], {**job, "outcome": job["status"]}, OF_JOB)
    for place, run in enumerate(trace["runs"]):
        of_run = ("job", f"run {place}")
        yield _span(job, of_run, run["state"], {**run, **known}, OF_RUN)
        for number, command in enumerate(run["hosts"]):
            of_command = (*of_run, f"host {number}")
            yield _span(job, of_command, command["command"], {**command, **known}, OF_COMMAND, CLIENT)
            start = datetime.fromisoformat(command["started"])
            for count, part in enumerate(command["parts"]):
                began = start + timedelta(milliseconds=part["after"])
                ended = began + timedelta(milliseconds=part["milliseconds"])
                times = {"started": began.isoformat(), "ended": ended.isoformat(), "error": None, **known}
                yield _span(job, (*of_command, f"part {count}"), part["name"], times, ("job",))


def _span(job: Json, path: tuple[str, ...], name: str, one: Json, told: tuple[str, ...], kind: int = INTERNAL) -> Json:
    """`path` says where it is in the trace, `told` which of its facts become attributes."""
    error = one["error"]
    span: Json = {
        "traceId": trace_id(job), "spanId": _id(job, path), "name": name, "kind": kind,
        "startTimeUnixNano": _nanoseconds(one["started"]), "status": {"code": OK},
        "attributes": _attributes({f"javelin.{fact}": one.get(fact) for fact in told}),
    }  # fmt: skip
    if len(path) > 1:
        span["parentSpanId"] = _id(job, path[:-1])
    if one["ended"]:
        span["endTimeUnixNano"] = _nanoseconds(one["ended"])
    if error:
        span["status"] = {"code": ERROR, "message": error["text"]}
        span["attributes"] += _attributes({"error.type": str(error.get("name") or error["code"])})
    return span


def _id(job: Json, path: tuple[str, ...]) -> str:
    """The same for the same span, so that exporting twice doubles nothing."""
    return hashlib.sha256(f"{job['id']} {' '.join(path)}".encode()).hexdigest()[:16]


def _attributes(values: Json) -> list[Json]:
    kinds = {int: "intValue", str: "stringValue"}
    return [
        {"key": key, "value": {kinds[type(value)]: str(value)}} for key, value in values.items() if value is not None
    ]


def _nanoseconds(moment: str) -> str:
    """Since 1970; OTLP writes 64-bit numbers as text."""
    return str(round(datetime.fromisoformat(moment).timestamp() * 1_000_000) * 1000)
