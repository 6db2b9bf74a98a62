"""DiskOffering: the size and kind of a data disk."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name
from javelin.data.sort_keys import BySortKey


class DiskOffering(Shared):
    """`size_gib` is absent when the caller chooses (customized)."""

    noun = "disk offering"

    class Meta:
        table_name = table_name("DiskOffering")

    name = UnicodeAttribute()
    display_text = UnicodeAttribute()
    state = UnicodeAttribute(default="Active")
    size_gib = NumberAttribute(null=True)
    customized = BooleanAttribute(default=False)
    display = BooleanAttribute(default=True)
    size_strict = BooleanAttribute(default=False)
    storage_type = UnicodeAttribute(default="shared")
    provisioning_type = UnicodeAttribute(default="thin")
    storage_tags: ListAttribute[Any] = ListAttribute(default=list)
    domain_ids: ListAttribute[Any] = ListAttribute(default=list)
    zone_ids: ListAttribute[Any] = ListAttribute(default=list)
    sort_key = NumberAttribute(default=0)
    placed = UnicodeAttribute(null=True)  # see javelin.data.sort_keys

    by_cloud = ByCloud()
    by_sort_key = BySortKey()
