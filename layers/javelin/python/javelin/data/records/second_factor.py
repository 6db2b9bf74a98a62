"""SecondFactor: what a user proves besides its password when it logs in."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name
from javelin.data.secret_attribute import SecretAttribute


class SecondFactor(Table):
    """One item per user who has one or sets one up; User.second_factor says whether it counts already.

    `secret` makes the codes. `last_step` is the number of the half minute whose code was taken last, because a code is good
    once. The table is encrypted, and only the operations on second factors read it.
    """

    class Meta:
        table_name = table_name("SecondFactor")

    user_id = UnicodeAttribute(hash_key=True)
    secret = SecretAttribute()
    last_step = NumberAttribute(default=0)

    @classmethod
    def of(cls, user_id: str) -> SecondFactor | None:
        """The user's, if it has one or sets one up."""
        try:
            return cls.get(user_id, consistent_read=True)
        except cls.DoesNotExist:
            return None
