"""Session: a login of a user in a browser."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name

IDLE_SECONDS = 1800


class Session(Table):
    """One item per login, found by the digest of its cookie. `key_digest` is the SHA-256 of the session key.

    `expires` is epoch seconds and moves ahead as the session is used.
    """

    class Meta:
        table_name = table_name("Session")

    digest = UnicodeAttribute(hash_key=True)
    key_digest = UnicodeAttribute()
    user_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    expires = NumberAttribute()
