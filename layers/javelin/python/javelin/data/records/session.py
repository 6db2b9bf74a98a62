"""Session: a login of a user in a browser."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from javelin.data.record import Table, table_name

IDLE_SECONDS = 1800


class Session(Table):
    """One item per login, found by the digest of its cookie. `key_digest` is the SHA-256 of the session key.

    `credential` is the digest of the password's hash at login, so that a new password ends the session.
    `expires` is epoch seconds and moves ahead as the session is used. While it is `unproved` it is good for nothing but to
    prove the second factor; `proved` is when that was done last, in epoch seconds.
    """

    class Meta:
        table_name = table_name("Session")

    digest = UnicodeAttribute(hash_key=True)
    key_digest = UnicodeAttribute()
    user_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    credential = UnicodeAttribute()
    expires = NumberAttribute()
    unproved = BooleanAttribute(null=True)
    proved = NumberAttribute(null=True)

    @classmethod
    def of(cls, digest: str) -> Session | None:
        """The session that is kept by this digest."""
        try:
            return cls.get(digest, consistent_read=True)
        except cls.DoesNotExist:
            return None

    def prolong(self, until: int) -> bool:
        """Let it be good until then (epoch seconds); False if it was ended meanwhile."""
        try:
            self.update([Session.expires.set(until)], condition=Session.digest.exists())
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
