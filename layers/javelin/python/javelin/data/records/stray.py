"""Stray: something that a host holds and that no record tells of."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from javelin.data.record import Table, table_name


class Stray(Table):
    """One item per volume or network. `seen` is when a host first told of it, by the host's clock, `told` when operators
    were last told, `expires` when it is forgotten unless it is seen again; all in epoch seconds."""

    class Meta:
        table_name = table_name("Stray")

    id = UnicodeAttribute(hash_key=True)
    seen = NumberAttribute()
    told = NumberAttribute(null=True)
    expires = NumberAttribute()

    def see(self, now: int, keep: int) -> None:
        """Keep for so many seconds that it was seen; what is known of it is read."""
        self.update([Stray.seen.set(Stray.seen | now), Stray.expires.set(now + keep)])

    def tell(self, now: int) -> bool:
        """Keep that it is told; False, unchanged, if somebody else told it since it was read."""
        unchanged = Stray.told.does_not_exist() if self.told is None else Stray.told == int(self.told)
        try:
            self.update([Stray.told.set(now)], unchanged)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
