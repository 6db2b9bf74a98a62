"""Tables that survive.

AWS: an acknowledged write is durable, a transaction whole, a stream record is delivered although consumers were
away. ministack holds items in memory, saves them when it is stopped politely, forgets streams, and then skips as
many new records as its consumers had read before. Here every write goes through the journal.
"""

import copy
import functools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import dynamodb, lambda_svc

from infra.local.aws.journal import Journal
from infra.local.aws.replica import Replica
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
WRITES = ("_put_item", "_update_item", "_delete_item", "_batch_write_item", "_transact_write_items")
STATEMENTS = ("_execute_statement", "_batch_execute_statement", "_execute_transaction")
DEFINITIONS = ("_create_table", "_update_table", "_update_ttl", "_tag_resource", "_untag_resource")
SETTINGS = (
    "tags",
    "ttl_settings",
    "pitr_settings",
    "kinesis_destinations",
    "contributor_insights",
    "backups",
    "resource_policies",
    "exports",
    "imports",
)
Table = dict[str, Any]
_open: list[Journal] = []


def journal() -> Journal:
    """The journal of this server."""
    return _open[0]


def in_one_unit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make what `function` writes one line of the journal, on disk before it returns."""

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        opened = journal().begin()
        try:
            return function(*arguments, **named)
        finally:
            if opened:
                journal().commit()

    return run


def stream_record(table: Table, event: str, before: Any, after: Any, identity: tuple[str, str, float]) -> Table:
    """A record of `table`'s stream, with the identity that it had before a restart."""
    view = (table.get("StreamSpecification") or {}).get("StreamViewType", "NEW_AND_OLD_IMAGES")
    record: Table = dynamodb._build_change_record(table, event, before, after, view)
    record["eventID"], record["dynamodb"]["SequenceNumber"] = identity[0], identity[1]
    record["dynamodb"]["ApproximateCreationDateTime"] = identity[2]
    return record


def install(replica: Replica) -> None:
    """Put what the journal said into ministack's memory."""
    for (account, region, name), table in dynamodb._tables.all_items():
        arn = table["TableArn"]
        items = replica.tables.pop(arn, {})
        table["items"] = defaultdict(dict, items)
        dynamodb._items_replaced(table)
        stream = replica.streams.pop(arn, None)
        if stream is not None:
            records = [stream_record(table, r[0], r[4], r[5], (r[1], r[2], r[3])) for r in stream.records]
            dynamodb._stream_records.set_scoped(account, region, name, records)
            dynamodb._stream_trimmed.set_scoped(account, region, name, stream.first)
    positions = lambda_svc._dynamodb_stream_positions
    for account, region, mapping in lambda_svc._esms._data:
        if mapping in replica.positions:
            positions.set_scoped(account, region, mapping, replica.positions[mapping][1])
    for table_arn in replica.tables:
        journal().record(["X", table_arn])
    replica.tables.clear()


def definitions() -> Table:
    """What ministack saves of its tables, without their items."""
    kept = type(dynamodb._tables)()
    for (account, region, name), table in dynamodb._tables.all_items():
        bare = {field: value for field, value in table.items() if field not in ("items", dynamodb._INDEX_MEMBERS)}
        kept.set_scoped(account, region, name, {**copy.deepcopy(bare), "items": {}})
    return {"tables": kept} | {name: copy.deepcopy(getattr(dynamodb, f"_{name}")) for name in SETTINGS}


def save_definitions() -> None:
    """Write what tables are; their items are the journal's."""
    persistence.save_state("dynamodb", definitions())


def wrap_writes() -> None:
    """Journal items and stream records."""
    put, remove, emit = dynamodb._set_item, dynamodb._remove_item, dynamodb._emit_stream_event

    def set_item(table: Table, pk: Any, sk: Any, item: Any) -> Any:
        old = put(table, pk, sk, item)
        journal().record(["P", table["TableArn"], pk, sk, item])
        return old

    def remove_item(table: Table, pk: Any, sk: Any) -> Any:
        old = remove(table, pk, sk)
        if old is not None:
            journal().record(["D", table["TableArn"], pk, sk])
        return old

    def emit_and_journal(name: str, event: str, before: Any, after: Any, replicate: bool = True) -> None:
        last = (dynamodb._stream_records.get(name) or [None])[-1]
        emit(name, event, before, after, replicate)
        record = (dynamodb._stream_records.get(name) or [None])[-1]
        if record is not None and record is not last:
            change = record["dynamodb"]
            identity = [record["eventID"], change["SequenceNumber"], change["ApproximateCreationDateTime"]]
            journal().record(["S", dynamodb._tables[name]["TableArn"], event, *identity])

    dynamodb._set_item, dynamodb._remove_item, dynamodb._emit_stream_event = set_item, remove_item, emit_and_journal
    for name in (*WRITES, *STATEMENTS):
        setattr(dynamodb, name, in_one_unit(getattr(dynamodb, name)))


def wrap_definitions() -> None:
    """Save definitions whenever they change; drop the items of a deleted table."""

    def saved(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(data: Table) -> Any:
            answer = function(data)
            if answer[0] < 300:
                save_definitions()
            return answer

        return run

    for name in DEFINITIONS:
        setattr(dynamodb, name, saved(getattr(dynamodb, name)))
    delete = dynamodb._delete_table

    def delete_table(data: Table) -> Any:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
        answer = delete(data)
        if answer[0] < 300 and table:
            journal().record(["X", table["TableArn"]])
            save_definitions()
        return answer

    dynamodb._delete_table, dynamodb.get_state = delete_table, definitions


def apply(settings: Settings) -> None:
    """Open the journal, and read it back once ministack has restored what it keeps itself."""
    _open[:] = [Journal(settings.state / "journal", fsync=settings.fsync)]
    wrap_writes()
    wrap_definitions()
    load, poll = app._load_persisted_state, lambda_svc._ensure_poller

    def load_all() -> None:
        lambda_svc._ensure_poller = lambda: None
        try:
            load()
            install(journal().replica)
        finally:
            lambda_svc._ensure_poller = poll
        if lambda_svc._esms.has_any():
            poll()

    app._load_persisted_state = load_all
