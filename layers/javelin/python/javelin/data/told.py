"""What is kept of an event, in the list of events and in the archive alike."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.record import Owned

SHOWN = ("type", "level", "state", "description", "created", "resource_type")  # what lists look for


class Told(Owned):
    """One announced event; its id is the announcement's, so that a second delivery changes nothing.

    `created` is when it happened. `expires` is when the item leaves the table (epoch seconds).
    """

    noun = "event"
    keeps_past = False
    stays = True

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
