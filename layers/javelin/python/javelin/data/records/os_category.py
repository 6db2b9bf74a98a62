"""OsCategory: a family of operating systems that an operator added, or changed of those that every cloud knows."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name


class OsCategory(Shared):
    """`systems` counts the operators' own operating systems of it; it has the id of the family that it changes."""

    noun = "OS category"

    class Meta:
        table_name = table_name("OsCategory")

    name = UnicodeAttribute()
    featured = BooleanAttribute(default=True)
    sort_key = NumberAttribute(default=0)
    systems = NumberAttribute(default=0)

    by_cloud = ByCloud()
