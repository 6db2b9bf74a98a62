"""UsageMark: from this moment on a thing was in use, or was not any more; and the things that are in use now."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from javelin.data.indexes import shelf_of
from javelin.data.record import Record, Table, table_name


class ByTime(GlobalSecondaryIndex["UsageMark"]):
    """Answers: what began or ended between two moments? In four partitions."""

    class Meta:
        index_name = "by_time"
        projection = IncludeProjection(["used"])

    shelf = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class UsageMark(Table):
    """A change of use of one meter, which is `<usage type>#<id of the thing>`.

    The range key is the second and the version of the record that changed then: what the streams tell again, or late, is the
    same item. `facts` are what was used from then on (see javelin.data.usage), if it was.
    """

    class Meta:
        table_name = table_name("UsageMark")

    meter = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)
    shelf = UnicodeAttribute()
    used = BooleanAttribute()
    facts: JSONAttribute = JSONAttribute(null=True)

    by_time = ByTime()

    @classmethod
    def made(cls, number: int, key: str, second: int, version: int, facts: dict[str, Any] | None) -> UsageMark:
        """The mark of a change of a thing."""
        return cls(
            f"{number}#{key}", moment_key(second, version), shelf=shelf_of(key), used=facts is not None, facts=facts
        )


class ByOpen(GlobalSecondaryIndex["UsageMeter"]):
    """Answers: what is in use now? Sparse, in four partitions."""

    class Meta:
        index_name = "by_open"
        projection = KeysOnlyProjection()

    open_shelf = UnicodeAttribute(hash_key=True)
    meter = UnicodeAttribute(range_key=True)


class UsageMeter(Record):
    """The newest mark of a meter: `open_shelf` is set while it is in use, `expires` (epoch seconds) while it is not.

    A meter that is not in use is kept while streams may tell again, or late, of when it was: its newest mark is what keeps
    that from opening it.
    """

    noun = "usage meter"

    class Meta:
        table_name = table_name("UsageMeter")

    meter = UnicodeAttribute(hash_key=True)
    newest = UnicodeAttribute(null=True)
    open_shelf = UnicodeAttribute(null=True)
    expires = NumberAttribute(null=True)

    by_open = ByOpen()


def moment_key(second: int, version: int = 0) -> str:
    """Where marks of a second sort, those of one second by version."""
    return f"{second:011d}.{version:010d}"
