"""Event source mappings of table streams.

AWS: a mapping gathers records for its batching window, retries a failed batch MaximumRetryAttempts times, halves it
when told to, honours ReportBatchItemFailures, and no mapping waits for another. ministack runs all stream batches in
its one poller thread, at once, and retries for ever. Read records leave memory here; where a consumer is goes into
the journal.
"""

import contextvars
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import dynamodb, lambda_svc

from infra.local.aws.adapters.durable_tables import journal
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
Mapping = dict[str, Any]
LONGEST_PAUSE = 60.0


@dataclass
class Progress:
    """How one mapping fares: whether a batch is under way, and what failed how often."""

    busy: bool = False
    since: float | None = None
    attempts: int = 0
    size: int | None = None
    not_before: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_progress: dict[str, Progress] = {}


def table_of(mapping: Mapping) -> str | None:
    """The table whose stream a mapping reads; None for other sources."""
    parts = mapping.get("EventSourceArn", "").split(":", 5)
    if len(parts) != 6 or parts[2] != "dynamodb" or "/stream/" not in parts[5]:
        return None
    name: str = parts[5].split("/")[1]
    return name


def advance(mapping: Mapping, name: str, position: int) -> None:
    """Note that a mapping has read up to `position`, and drop what everybody has read."""
    table = dynamodb._tables.get(name)
    if table is None:
        return
    lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = position
    journal().record(["A", mapping["UUID"], table["TableArn"], position])
    readers = [m["UUID"] for m in lambda_svc._esms.values() if m["EventSourceArn"] == table.get("LatestStreamArn")]
    known = [lambda_svc._dynamodb_stream_positions.get(reader) for reader in readers]
    first = dynamodb._trimmed_count(name)
    read = min((position for position in known if position is not None), default=first) - first
    if read > 0:
        del dynamodb._stream_records[name][:read]
        dynamodb._stream_trimmed[name] = first + read


def failed_from(mapping: Mapping, batch: list[Mapping], result: Mapping) -> int | None:
    """The index of the first record that failed; None when all went well."""
    if result.get("error"):
        return 0
    body = result.get("body")
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []) or not isinstance(body, dict):
        return None
    failed = {entry.get("itemIdentifier") for entry in body.get("batchItemFailures") or []}
    sequences = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return min((index for index, sequence in enumerate(sequences) if sequence in failed), default=0 if failed else None)


def retries_left(mapping: Mapping, batch: list[Mapping], attempts: int) -> bool:
    """Say whether a failed batch is tried again."""
    most, oldest = mapping.get("MaximumRetryAttempts"), mapping.get("MaximumRecordAgeInSeconds")
    if most is not None and int(most) >= 0 and attempts > int(most):
        return False
    age = time.time() - float(batch[0]["dynamodb"]["ApproximateCreationDateTime"])
    return not (oldest and int(oldest) > 0 and age > int(oldest))


def run_batch(mapping: Mapping, func: Mapping, name: str, position: int, batch: list[Mapping]) -> None:
    """Invoke the function with what passes the filter, and move on as far as it got."""
    progress = _progress[mapping["UUID"]]
    wanted = lambda_svc._apply_filter_criteria(batch, mapping)
    result = lambda_svc._execute_function(func, {"Records": wanted}) if wanted else {}
    failed = failed_from(mapping, wanted, result)
    if failed is None:
        progress.attempts, progress.size = 0, None
        mapping["LastProcessingResult"] = f"OK - {len(wanted)} records"
        advance(mapping, name, position + len(batch))
        return
    mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
    lambda_svc.logger.warning("%s failed on %d stream records: %s", func, len(wanted), result.get("body"))
    good = batch.index(wanted[failed])
    if good:
        progress.attempts = 0
        advance(mapping, name, position + good)
    progress.attempts += 1
    rest = batch[good:]
    if not retries_left(mapping, rest, progress.attempts):
        lambda_svc._send_ddb_stream_failure_record(
            mapping, func, rest, mapping["EventSourceArn"], result, "RetryAttemptsExhausted"
        )
        advance(mapping, name, position + len(batch))
        progress.attempts, progress.size = 0, None
    elif mapping.get("BisectBatchOnFunctionError") and len(rest) > 1:
        progress.size = (len(rest) + 1) // 2
    progress.not_before = time.monotonic() + min(LONGEST_PAUSE, 0.5 * 2**progress.attempts)


def poll_mapping(mapping: Mapping, name: str) -> bool:
    """Start a batch of one mapping if one is due."""
    table = dynamodb._tables.get(name)
    func, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if not table or func is None or table.get("LatestStreamArn") != mapping["EventSourceArn"]:
        return False
    progress = _progress.setdefault(mapping["UUID"], Progress())
    now = time.monotonic()
    if progress.busy or now < progress.not_before:
        return False
    first = dynamodb._trimmed_count(name)
    position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"])
    position = max(first, position if position is not None else first)
    batch = dynamodb.stream_records_since(name, position, progress.size or int(mapping.get("BatchSize") or 100))
    if not batch:
        progress.since = None
        return False
    window = float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
    progress.since = progress.since if progress.since is not None else now
    if len(batch) < int(mapping.get("BatchSize") or 100) and now < progress.since + window:
        return False
    progress.busy, progress.since = True, None

    def run() -> None:
        try:
            run_batch(mapping, func, name, position, batch)
        finally:
            progress.busy = False
            esm_wake.set()

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True, name="stream-batch").start()
    return False


def poll() -> bool:
    """Look at every enabled mapping of a table's stream; the poller need not hurry back, batches wake it."""
    for account, region, mapping in lambda_svc._iter_all_esms():
        name = table_of(mapping)
        if name is not None and mapping.get("Enabled", True):
            set_request_account_id(account)
            set_request_region(region)
            poll_mapping(mapping, name)
    return False


def apply(settings: Settings) -> None:
    """Replace the poller, and journal where a mapping starts and that it went."""
    del settings
    begin, release = lambda_svc._init_stream_position, lambda_svc._release_esm_poll_state

    def begin_and_journal(mapping: str, source: str, starting: str) -> None:
        begin(mapping, source, starting)
        position = lambda_svc._dynamodb_stream_positions.get(mapping)
        name = table_of({"EventSourceArn": source})
        if position is not None and name in dynamodb._tables:
            journal().record(["A", mapping, dynamodb._tables[name]["TableArn"], position])

    def release_and_journal(mapping: str) -> None:
        release(mapping)
        _progress.pop(mapping, None)
        journal().record(["A", mapping, "", None])

    lambda_svc._poll_dynamodb_streams = poll
    lambda_svc._init_stream_position = begin_and_journal
    lambda_svc._release_esm_poll_state = release_and_journal
