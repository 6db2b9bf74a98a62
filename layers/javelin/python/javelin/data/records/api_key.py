"""ApiKey: what signs a user's requests. Never listed."""

from __future__ import annotations

import time

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name
from javelin.data.secret_attribute import SecretAttribute


class ApiKey(Table):
    """One item per key pair. `secret` is the HMAC key; the table is encrypted, and only the edge reads it.

    `expires` is epoch seconds; absent for keys that are good for as long as they are kept.
    """

    class Meta:
        table_name = table_name("ApiKey")

    api_key = UnicodeAttribute(hash_key=True)
    secret = SecretAttribute()
    user_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    expires = NumberAttribute(null=True)

    @property
    def expired(self) -> bool:
        """Whether it is good no more."""
        return self.expires is not None and self.expires <= time.time()
