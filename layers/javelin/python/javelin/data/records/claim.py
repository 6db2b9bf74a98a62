"""Claim: that a name is taken, so that two creates at once cannot both have it."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.record import Table, table_name


class Claim(Table):
    """One item per taken name, e.g. "user/<domain id>/<name>"; `owner` is the id of what bears it."""

    class Meta:
        table_name = table_name("Claim")

    name = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()

    @classmethod
    def owner_of(cls, name: str) -> str | None:
        """The id of what bears the name, if it is taken. Case does not make a difference."""
        try:
            return cls.get(name.lower(), consistent_read=True).owner
        except cls.DoesNotExist:
            return None
