"""Event: what happened, kept for its account to read."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

KEEP = 90 * 24 * 3600  # seconds


class Event(Owned):
    """One announced event; its id is the announcement's, so that a second delivery changes nothing.

    `created` is when it happened. `expires` is when the item leaves the table (epoch seconds).
    """

    noun = "event"
    keeps_past = False

    class Meta:
        table_name = table_name("Event")

    type = FoldedAttribute()
    level = UnicodeAttribute()
    state = FoldedAttribute()
    description = FoldedAttribute()
    user_id = UnicodeAttribute(default="")
    resource_type = FoldedAttribute(default="")
    resource_id = UnicodeAttribute(null=True)
    job_id = UnicodeAttribute(default="")
    parent_id = UnicodeAttribute(null=True)  # the event that said that its job was scheduled
    expires = NumberAttribute()

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("type", "level", "state", "description", "created", "resource_type")
    by_resource = relation("resource_id")
