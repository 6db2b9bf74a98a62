"""PasswordReset: that a user who forgot its password was sent a token to set another."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class PasswordReset(Table):
    """One item per user: the last token counts. `digest` is its SHA-256, `credential` that of the password's hash when it was
    sent, so that a password which is set otherwise ends it. `expires` is epoch seconds.
    """

    class Meta:
        table_name = table_name("PasswordReset")

    user_id = UnicodeAttribute(hash_key=True)
    digest = UnicodeAttribute()
    credential = UnicodeAttribute()
    expires = NumberAttribute()

    @classmethod
    def of(cls, user_id: str) -> PasswordReset | None:
        """The user's, if one was sent and not used."""
        try:
            return cls.get(user_id, consistent_read=True)
        except cls.DoesNotExist:
            return None
