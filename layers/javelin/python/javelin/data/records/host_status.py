"""HostStatus: the last heartbeat of a host. Apart from Host because it changes every few seconds."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class HostStatus(Table):
    """`seen` and `started` are epoch seconds; `sequence` is that of the last report, so that older ones are ignored.

    `pools` maps a pool's id to {total, used} bytes on this host.
    """

    class Meta:
        table_name = table_name("HostStatus")

    host_id = UnicodeAttribute(hash_key=True)
    seen = NumberAttribute(default=0)
    started = UnicodeAttribute(null=True)
    sequence = NumberAttribute(default=-1)
    cpu_load = NumberAttribute(default=0)
    memory_used_mib = NumberAttribute(default=0)
    pools = JSONAttribute(null=True)
