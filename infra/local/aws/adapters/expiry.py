"""Items that expire.

AWS: expiry writes a REMOVE record to the stream, whose userIdentity is the service. ministack deletes from a thread
of its own, beside whatever request runs at that moment, and tells no stream. Here its reaper only finds; the
server's loop deletes.
"""

import threading
from typing import Any

from ministack import app
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import dynamodb

from infra.local.aws.adapters.durable_tables import in_one_unit
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
REAPER = "dynamodb-ttl-reaper"
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def apply(settings: Settings) -> None:
    """Hand what the reaper wants deleted to the loop, and tell the stream."""
    del settings
    remove = dynamodb._remove_item

    def expire(table: dict[str, Any], pk: Any, sk: Any) -> None:
        _, _, _, region, account, _ = table["TableArn"].split(":", 5)
        set_request_account_id(account)
        set_request_region(region)
        name = table["TableName"]
        old = remove(table, pk, sk)
        if old is None:
            return
        dynamodb._emit_stream_event(name, "REMOVE", old, None)
        records = dynamodb._stream_records.get(name)
        if records:
            records[-1]["userIdentity"] = SERVICE

    expire_in_one_unit = in_one_unit(expire)

    def remove_or_hand_over(table: dict[str, Any], pk: Any, sk: Any) -> Any:
        if threading.current_thread().name != REAPER:
            return remove(table, pk, sk)
        app._MAIN_LOOP.call_soon_threadsafe(expire_in_one_unit, table, pk, sk)
        return None

    dynamodb._remove_item = remove_or_hand_over
