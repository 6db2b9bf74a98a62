"""AuditRecord: one event of an account's audit chain, with the digest of the one before; and AuditHead, where it ends."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.record import Record, table_name

KEEP = 400 * 24 * 3600  # seconds: a year, and a month to export it in
FIRST = "0" * 64  # what the first record of a chain has for the digest of the one before


class ByChain(GlobalSecondaryIndex["AuditRecord"]):
    """Answers: which records has an account's chain, in order?"""

    class Meta:
        index_name = "by_chain"
        projection = KeysOnlyProjection()

    account_id = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)


class AuditRecord(Record):
    """One link. Its id is the event's, so that no event is in a chain twice; `number` counts from 1 without gaps.

    `event` is the event as canonical JSON. `digest` is the SHA-256 of account, number, previous digest and event, see
    docs/audit.md. Nothing changes or deletes a record before it `expires` (epoch seconds).
    """

    noun = "audit record"

    class Meta:
        table_name = table_name("AuditRecord")

    id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute()
    number = NumberAttribute()
    previous = UnicodeAttribute()
    digest = UnicodeAttribute()
    event = UnicodeAttribute()
    expires = NumberAttribute()

    by_chain = ByChain()

    @classmethod
    def first_number(cls, account_id: str) -> int:
        """The number of the oldest record that is kept; 0 for an empty chain."""
        return next((int(row.number) for row in cls.by_chain.query(account_id, limit=1)), 0)

    @classmethod
    def between(cls, account_id: str, first: int, last: int) -> list[AuditRecord]:
        """The records of these numbers, in order."""
        rows = cls.by_chain.query(account_id, ByChain.number.between(first, last))
        return cls.load_all([row.id for row in rows])


class AuditHead(Record):
    """The last record of an account's chain: whoever adds the next one changes this in the same transaction."""

    noun = "audit chain"

    class Meta:
        table_name = table_name("AuditHead")

    account_id = UnicodeAttribute(hash_key=True)
    number = NumberAttribute()
    digest = UnicodeAttribute()
