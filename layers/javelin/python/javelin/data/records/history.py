"""History: what a listed record was until it changed or went, kept from the tables' streams."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.record import Table, table_name

DAYS = 90  # that the past can be asked about


class ByGrave(GlobalSecondaryIndex["History"]):
    """Answers: which records of a kind, of an account or of a shelf of the cloud, went after a moment? Sparse."""

    class Meta:
        index_name = "by_grave"
        projection = KeysOnlyProjection()

    grave = UnicodeAttribute(hash_key=True)
    until = UnicodeAttribute(range_key=True)


class BySite(GlobalSecondaryIndex["History"]):
    """Answers the same for an account: `<kind>#<account>`. Sparse."""

    class Meta:
        index_name = "by_site"
        projection = KeysOnlyProjection()

    site = UnicodeAttribute(hash_key=True)
    until = UnicodeAttribute(range_key=True)


class History(Table):
    """One version of a record: `image` is the item as it was before the second `until`, compressed and without secrets.

    The key's range is the second and the version that ended in it, so that a stream which tells a change twice, or late,
    writes the same item again. `grave` and `site` are set on the last version of a record that is gone. `expires` is when
    nobody may ask about times before `until` any more (epoch seconds).
    """

    class Meta:
        table_name = table_name("History")

    id = UnicodeAttribute(hash_key=True)
    until = UnicodeAttribute(range_key=True)
    image = BinaryAttribute(legacy_encoding=False)
    grave = UnicodeAttribute(null=True)
    site = UnicodeAttribute(null=True)
    expires = NumberAttribute()

    by_grave = ByGrave()
    by_site = BySite()

    @staticmethod
    def key_of(second: int, version: int = 0) -> str:
        """The range key of what ended in a second; those of a second sort by version."""
        return f"{second:011d}.{version:010d}"

    @staticmethod
    def part(kind: str, where: Any) -> str:
        """A partition of the graves: of an account, or of a shelf."""
        return f"{kind}#{where}"
