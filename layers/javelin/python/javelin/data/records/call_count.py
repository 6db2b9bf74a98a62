"""CallCount: how many calls an account has made in a stretch of time, or how many attempts somebody at a proof."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from javelin.data.record import Table, table_name


class CallCount(Table):
    """One item per account and stretch, "<account>/<number of the stretch>"; `expires` is epoch seconds.

    Attempts are counted in "attempts/<digest of what is attempted>/<number of the stretch>".
    """

    class Meta:
        table_name = table_name("CallCount")

    stretch = UnicodeAttribute(hash_key=True)
    calls = NumberAttribute(default=0)
    expires = NumberAttribute()

    def add(self, calls: int) -> int:
        """Count more calls; answers how many there are of all workers."""
        self.update([CallCount.calls.add(calls), CallCount.expires.set(self.expires)])
        return int(self.calls)

    def take(self, most: int) -> bool:
        """Count one more, unless there are so many already: of all that try at once, no more than these succeed."""
        try:
            self.update(
                [CallCount.calls.add(1), CallCount.expires.set(self.expires)],
                condition=CallCount.calls.does_not_exist() | (CallCount.calls < most),
            )
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    @classmethod
    def known(cls, stretch: str) -> int:
        """How many calls of a stretch all workers have told of."""
        try:
            return int(cls.get(stretch, consistent_read=True).calls)
        except cls.DoesNotExist:
            return 0
