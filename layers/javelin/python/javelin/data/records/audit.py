"""Audit: how far the comparison of records with what is counted of them has come."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from javelin.data.record import Table, table_name


class Audit(Table):
    """One item for repairs, one for dry runs. `stage` and `bucket` are the page that is looked at next, in the round for
    `part` of `parts` of those that have counters.

    `sums` maps an id to what its counters should be as far as it was added up; `suspects` maps what differed to
    [what was counted, what it should be, when that was first seen in epoch seconds, the version of the record that says so];
    `turn` counts the writes.
    """

    class Meta:
        table_name = table_name("Audit")

    name = UnicodeAttribute(hash_key=True)
    turn = NumberAttribute(default=0)
    stage = NumberAttribute(default=0)
    bucket = NumberAttribute(default=0)
    part = NumberAttribute(default=0)
    parts = NumberAttribute(default=1)
    sums = JSONAttribute(default=dict)
    suspects = JSONAttribute(default=dict)

    @classmethod
    def named(cls, name: str) -> Audit:
        """The item, or the beginning."""
        try:
            return cls.get(name, consistent_read=True)
        except cls.DoesNotExist:
            return cls(name)

    def keep(self) -> bool:
        """Write it; False if another run was quicker."""
        turn = int(self.turn)
        self.turn = turn + 1
        try:
            self.save(Audit.turn == turn if turn else Audit.name.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
