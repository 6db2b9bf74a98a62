"""Address: that an IP address of a guest network is taken, and by which NIC."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.indexes import relation
from javelin.data.record import Table, table_name


class Address(Table):
    """One item per taken address, with what the network's router must know of the guest."""

    class Meta:
        table_name = table_name("Address")

    network_id = UnicodeAttribute(hash_key=True)
    ip = UnicodeAttribute(range_key=True)
    nic_id = UnicodeAttribute()
    vm_id = UnicodeAttribute()
    account_id = UnicodeAttribute(null=True)

    by_network = relation("network_id", "vm_id")
