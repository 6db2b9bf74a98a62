"""WebhookDelivery: one event for one webhook, how it was sent and what the other side said."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

KEEP = 7 * 24 * 3600  # seconds
PENDING, SUCCEEDED, FAILED = "Pending", "Succeeded", "Failed"


class WebhookDelivery(Owned):
    """It belongs to who owns the webhook. `attempts` are those that are over, the number of the one that may come next.

    `created` is when the event happened, `started` and `ended` are of the last attempt. `expires` is when the item leaves the
    table (epoch seconds).
    """

    noun = "webhook delivery"
    keeps_past = False

    class Meta:
        table_name = table_name("WebhookDelivery")

    webhook_id = UnicodeAttribute()
    event_id = UnicodeAttribute()
    event_type = FoldedAttribute()
    payload = UnicodeAttribute()
    state = UnicodeAttribute(default=PENDING)
    attempts = NumberAttribute(default=0)
    headers = UnicodeAttribute(null=True)
    response = UnicodeAttribute(null=True)
    started = UTCDateTimeAttribute(null=True)
    ended = UTCDateTimeAttribute(null=True)
    expires = NumberAttribute()

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("event_type", "state", "created", "webhook_id")
    by_webhook = relation("webhook_id", "state")

    @staticmethod
    def id_of(event_id: str, webhook_id: str, at: datetime) -> str:
        """The one delivery of an event to a webhook, among others in the order of the events."""
        digest = hashlib.sha256(f"{webhook_id}/{event_id}".encode()).digest()
        tail = int.from_bytes(digest[:10]) & ~(0xF << 76 | 0x3 << 62) | 7 << 76 | 2 << 62
        return str(UUID(int=(int(at.timestamp() * 1000) & (1 << 48) - 1) << 80 | tail))
