"""UsageRecord: how long a thing was used on a day, with what it was."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, Record, table_name

DONE, DUE = "Done", "Due"


class UsageRecord(Owned):
    """Of a day (UTC) from `started` to `ended`, in which the thing was used for `seconds`.

    `usage_type` is CloudStack's number, `kind` what the thing is more precisely. A thing that changed on the day has a
    record for each of what it was.
    """

    noun = "usage record"
    keeps_past = False
    stays = True

    class Meta:
        table_name = table_name("UsageRecord")

    usage_type = NumberAttribute()
    resource_id = UnicodeAttribute()
    name = FoldedAttribute(default="")
    day = UnicodeAttribute()
    started = UTCDateTimeAttribute()
    ended = UTCDateTimeAttribute()
    seconds = NumberAttribute()
    zone_id = UnicodeAttribute(null=True)
    offering_id = UnicodeAttribute(null=True)
    template_id = UnicodeAttribute(null=True)
    os_type_id = UnicodeAttribute(null=True)
    vm_id = UnicodeAttribute(null=True)
    network_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    size = NumberAttribute(null=True)
    virtual_size = NumberAttribute(null=True)
    cpus = NumberAttribute(null=True)
    mhz = NumberAttribute(null=True)
    memory_mib = NumberAttribute(null=True)
    source_nat = BooleanAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("usage_type", "name", "started", "created")
    by_resource = relation("resource_id")
    by_day = relation("day")

    @staticmethod
    def id_of(meter: str, second: int, facts: dict[str, Any]) -> str:
        """The one record of these facts for a meter and the day that began in this second; days in their order."""
        text = json.dumps([meter, second, facts], sort_keys=True)
        tail = (
            int.from_bytes(hashlib.sha256(text.encode()).digest()[:10]) & ~(0xF << 76 | 0x3 << 62) | 7 << 76 | 2 << 62
        )
        return str(UUID(int=(second * 1000 & (1 << 48) - 1) << 80 | tail))


class UsageDay(Record):
    """Whether the records of a day are made: `state` is DONE, DUE when something of it was told since, or who makes them."""

    noun = "day of usage"

    class Meta:
        table_name = table_name("UsageDay")

    day = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute(default=DUE)
