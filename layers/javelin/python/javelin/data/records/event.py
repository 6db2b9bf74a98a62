"""Event: what happened, kept for its account to read."""

from __future__ import annotations

from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, table_name
from javelin.data.told import SHOWN, Told

KEEP = 90 * 24 * 3600  # seconds


class Event(Told):
    """An event that nobody has archived."""

    class Meta:
        table_name = table_name("Event")

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories(*SHOWN)
    by_resource = relation("resource_id")
