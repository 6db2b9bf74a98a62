"""The trace of a job as OpenTelemetry spans (OTLP in JSON), for any collector: the job's id is the trace's id."""

from __future__ import annotations

import hashlib
from datetime import datetime

from functions.api._trace_words import Json

INTERNAL, CLIENT, OK, ERROR = 1, 3, 1, 2  # OTLP's numbers of span kinds and status codes


def as_spans(trace: Json) -> Json:
    """One span for the job, in it one per state's run, in those one per host command; of those that have ended."""
    job = trace["job"]
    whole = _span(job, "job", None, job["command"], job["started"], job["ended"], job["status"], job["error"])
    whole["attributes"] = _attributes(
        job, ("id", "account", "domain", "resource_type", "resource", "execution", "attempt")
    )
    spans = [whole]
    for place, run in enumerate(trace["runs"]):
        of_run = _span(
            job, f"run {place}", "job", run["state"], run["started"], run["ended"], run["outcome"], run["error"]
        )
        of_run["attributes"] = _attributes(
            {**run, "job": job["id"]}, ("job", "state", "phase", "item", "attempt", "outcome")
        )
        spans.append(of_run)
        for number, host in enumerate(run["hosts"]):
            name = f"run {place} host {number}"
            of_host = _span(job, name, f"run {place}", host["command"], host["started"], host["ended"], "done", None)
            of_host["attributes"] = _attributes({**host, "job": job["id"]}, ("job", "id", "host"))
            of_host["kind"] = CLIENT
            spans.append(of_host)
    ended = [span for span in spans if "endTimeUnixNano" in span]
    resource = {"attributes": _attributes({"service.name": "javelin"}, ("service.name",))}
    return {
        "resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "javelin.jobs"}, "spans": ended}]}]
    }


def _span(
    job: Json,
    key: str,
    parent: str | None,
    name: str,
    started: str,
    ended: str | None,
    outcome: str,
    error: Json | None,
) -> Json:
    span: Json = {
        "traceId": job["id"].replace("-", ""), "spanId": _id(job, key), "name": name, "kind": INTERNAL,
        "startTimeUnixNano": _nanoseconds(started), "status": {"code": ERROR if outcome in ("failed", "stuck") else OK},
    }  # fmt: skip
    if parent:
        span["parentSpanId"] = _id(job, parent)
    if ended:
        span["endTimeUnixNano"] = _nanoseconds(ended)
    if error:
        span["status"]["message"] = error["text"]
    return span


def _id(job: Json, key: str) -> str:
    """The same for the same span, so that exporting twice doubles nothing."""
    return hashlib.sha256(f"{job['id']} {key}".encode()).hexdigest()[:16]


def _attributes(values: Json, names: tuple[str, ...]) -> list[Json]:
    kinds = {int: "intValue", str: "stringValue"}
    given = [(name, values[name]) for name in names if values.get(name) is not None]
    return [{"key": name if "." in name else f"javelin.{name}",
             "value": {kinds[type(value)]: str(value)}} for name, value in given]  # fmt: skip


def _nanoseconds(moment: str) -> str:
    """Since 1970; OTLP writes 64-bit numbers as text."""
    return str(round(datetime.fromisoformat(moment).timestamp() * 1000) * 1_000_000)
