"""BridgeNonce: that a bridge has used this nonce, so that a request for credentials cannot be sent again."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class BridgeNonce(Table):
    """One item per request, "<host id>/<nonce>"; `expires` (epoch seconds) is when the request is too old anyway."""

    class Meta:
        table_name = table_name("BridgeNonce")

    nonce = UnicodeAttribute(hash_key=True)
    expires = NumberAttribute()
