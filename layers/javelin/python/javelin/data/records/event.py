"""Event: what happened, kept for its account to read."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import ByAccount, ByCloud, Owned, table_name

KEEP = 90 * 24 * 3600  # seconds


class Event(Owned):
    """One announced event; its id is the announcement's, so that a second delivery changes nothing.

    `created` is when it happened. `expires` is when the item leaves the table (epoch seconds).
    """

    noun = "event"

    class Meta:
        table_name = table_name("Event")

    type = UnicodeAttribute()
    level = UnicodeAttribute()
    state = UnicodeAttribute()
    description = UnicodeAttribute()
    user_id = UnicodeAttribute(default="")
    resource_type = UnicodeAttribute(default="")
    resource_id = UnicodeAttribute(default="")
    job_id = UnicodeAttribute(default="")
    expires = NumberAttribute()

    by_cloud = ByCloud()
    by_account = ByAccount()
