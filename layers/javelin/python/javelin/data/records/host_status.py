"""HostStatus: the last heartbeat of a host. Apart from Host because it changes every few seconds."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from javelin.data.record import Table, table_name


class HostStatus(Table):
    """`seen` is when the cloud heard of it (epoch seconds); `at` is when the host said so (epoch milliseconds of its
    own clock), so that what comes late is known; `started` is when its bridge started; `sequence` is the report's.

    `pools` maps a pool's id to {total, used} bytes on this host. `cpu_load` is the one-minute load average.
    """

    class Meta:
        table_name = table_name("HostStatus")

    host_id = UnicodeAttribute(hash_key=True)
    seen = NumberAttribute(default=0)
    at = NumberAttribute(default=0)
    started = UnicodeAttribute(null=True)
    sequence = NumberAttribute(default=-1)
    cpu_load = NumberAttribute(default=0)
    memory_used_mib = NumberAttribute(default=0)
    pools = JSONAttribute(null=True)

    def hear(self, at: datetime, *actions: Action) -> bool:
        """Keep what a heartbeat of this time says; False, unchanged, if the same or a later one was heard."""
        moment = int(at.timestamp() * 1000)
        try:
            self.update(
                [HostStatus.at.set(moment), *actions], HostStatus.at.does_not_exist() | (HostStatus.at < moment)
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
