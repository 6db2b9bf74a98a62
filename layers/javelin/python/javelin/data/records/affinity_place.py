"""AffinityPlace: which guests of an affinity group are on a host, so that two placed at once heed each other."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from javelin.data.record import Table, table_name


class AffinityPlace(Table):
    """One item per group and `place`; see javelin.data.affinity. Without `guests` nobody of the group is there any more."""

    class Meta:
        table_name = table_name("AffinityPlace")

    group_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    host_id = UnicodeAttribute(null=True)
    guests = UnicodeSetAttribute(null=True)
