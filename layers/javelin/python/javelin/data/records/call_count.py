"""CallCount: how many calls an account has made in a stretch of time."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class CallCount(Table):
    """One item per account and stretch, "<account>/<number of the stretch>"; `expires` is epoch seconds."""

    class Meta:
        table_name = table_name("CallCount")

    stretch = UnicodeAttribute(hash_key=True)
    calls = NumberAttribute(default=0)
    expires = NumberAttribute()

    def add(self, calls: int) -> int:
        """Count more calls; answers how many there are of all workers."""
        self.update([CallCount.calls.add(calls), CallCount.expires.set(self.expires)])
        return int(self.calls)
