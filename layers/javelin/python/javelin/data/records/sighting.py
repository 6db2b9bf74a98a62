"""Sighting: when a host last told the state of a guest, so that what comes late or twice is not believed."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class Sighting(Table):
    """One item per guest; `at` is epoch milliseconds of the host's clock, `expires` epoch seconds."""

    class Meta:
        table_name = table_name("Sighting")

    vm_id = UnicodeAttribute(hash_key=True)
    host_id = UnicodeAttribute()
    at = NumberAttribute()
    expires = NumberAttribute()
