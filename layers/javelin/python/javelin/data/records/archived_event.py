"""ArchivedEvent: an event that somebody put out of the way. It is in this table instead of that of events."""

from __future__ import annotations

from typing import Any

from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, table_name
from javelin.data.records.event import Event
from javelin.data.told import SHOWN, Told

PLACES = ("account_bucket", "cloud_bucket", "shelf", "version", "schema")  # in the lists of its own kind


class ArchivedEvent(Told):
    """The event as it was; it leaves this table when it would have left the other."""

    class Meta:
        table_name = table_name("ArchivedEvent")

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories(*SHOWN)
    by_resource = relation("resource_id")

    @classmethod
    def of(cls, event: Event) -> ArchivedEvent:
        """The event for the archive."""
        kept: dict[str, Any] = {name: getattr(event, name) for name in cls.get_attributes() if name not in PLACES}
        return cls(**kept)
