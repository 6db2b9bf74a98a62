"""UsedSignature: that a signed call was taken, so that whoever overhears it cannot send it again."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from javelin.data.record import Table, table_name


class UsedSignature(Table):
    """One item per call that has an expiry. `signature` is a digest, `source` the address that it came from.

    `expires` (epoch seconds) is when the call is refused anyway.
    """

    class Meta:
        table_name = table_name("UsedSignature")

    signature = UnicodeAttribute(hash_key=True)
    source = UnicodeAttribute()
    expires = NumberAttribute()

    def note(self, *, repeatable: bool) -> bool:
        """Whether it is new, or, if `repeatable`, was noted from the same source. It is noted then."""
        fresh = UsedSignature.signature.does_not_exist()
        try:
            self.save(fresh | (UsedSignature.source == self.source) if repeatable else fresh)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True
