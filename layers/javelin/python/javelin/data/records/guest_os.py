"""GuestOs: an operating system that an operator added to those that every cloud knows (see javelin.data.os_types)."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name


class GuestOs(Shared):
    """`name` is how it is shown; `display` says whether users see it."""

    noun = "OS type"

    class Meta:
        table_name = table_name("GuestOs")

    name = FoldedAttribute()
    category_id = UnicodeAttribute()
    display = BooleanAttribute(default=True)
    details = JSONAttribute(null=True)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("name", "category_id", "display")
