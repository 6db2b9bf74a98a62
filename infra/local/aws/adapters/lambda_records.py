"""Logs and metrics of invocations, without growing for ever.

AWS: an environment writes to its own log stream, and CloudWatch keeps what retention allows. ministack: one new
stream per invocation and one metric point per count, kept for ever (3.7 KB each). Here a function has one stream per
day with its last events, and metric points that are over an hour old go.
"""

import time
from functools import partial
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
METRIC_SECONDS = 3600


def log_group(name: str, now: int) -> dict[str, Any]:
    """The log group `name`; it comes into being with its first event."""
    groups = cloudwatch_logs._log_groups
    if name not in groups:
        groups[name] = {
            "arn": cloudwatch_logs._make_group_arn(name),
            "creationTime": now,
            "retentionInDays": None,
            "tags": {},
            "subscriptionFilters": {},
            "streams": {},
        }
    group: dict[str, Any] = groups[name]
    return group


def stream_of(group: dict[str, Any], name: str, now: int) -> dict[str, Any]:
    """The stream `name` of `group`; the oldest of many leaves."""
    streams: dict[str, dict[str, Any]] = group["streams"]
    if name not in streams:
        while len(streams) >= 20:
            del streams[min(streams, key=lambda key: streams[key]["creationTime"])]
        streams[name] = {
            "events": [],
            "uploadSequenceToken": "1",
            "creationTime": now,
            "firstEventTimestamp": None,
            "lastEventTimestamp": None,
            "lastIngestionTime": None,
        }
    return streams[name]


def record_log(
    func: dict[str, Any],
    request_id: str,
    log_text: str,
    error: bool,
    duration_ms: int,
    *,
    log_source: str | None = None,
    kept: int = 500,
) -> None:
    """Keep what an invocation printed, between Lambda's own lines; a silent success leaves nothing but its metrics.

    Of the day's lines the last `kept` stay.
    """
    del log_source
    if not log_text and not error:
        return
    config = func.get("config") or func
    name, version = config.get("FunctionName", "unknown"), config.get("Version", "$LATEST")
    group_name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
    now = int(time.time() * 1000)
    stream_name = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{version}]{name}"
    stream = stream_of(log_group(group_name, now), stream_name, now)
    report = f"REPORT RequestId: {request_id}\tDuration: {duration_ms} ms\tMemory Size: {config.get('MemorySize')} MB"
    lines = [
        f"START RequestId: {request_id} Version: {version}",
        *log_text.splitlines(),
        f"END RequestId: {request_id}",
    ]
    events = [{"timestamp": now, "message": line, "ingestionTime": now} for line in (*lines, report)]
    cloudwatch_logs._append_log_events(stream, events)
    with cloudwatch_logs._log_events_lock:
        if len(stream["events"]) > kept:  # in another list: who reads counts by places
            stream["events"] = stream["events"][-kept:]
    cloudwatch_logs._fanout_to_subscription_filters(group_name, stream_name, events)


def apply(settings: Settings) -> None:
    """Replace the log writer and bound the metrics."""
    record, point_list = cloudwatch.record_metric, cloudwatch._metric_bucket
    lambda_svc._emit_lambda_logs = partial(record_log, kept=settings.log_events)

    def record_bounded(
        namespace: str, name: str, value: float, unit: str = "None", dimensions: dict[str, str] | None = None
    ) -> None:
        record(namespace, name, value, unit, dimensions)
        points = point_list((namespace, name, cloudwatch._dims_key(dimensions or {})))
        if len(points) > 5000:
            recent = time.time() - METRIC_SECONDS
            points[:] = [point for point in points[-4000:] if point["Timestamp"] > recent]

    cloudwatch.record_metric = record_bounded
