"""Moving a record to another account: into that account's lists, and the counts of both with it."""

from __future__ import annotations

from dataclasses import dataclass

from javelin.contract import explaining
from javelin.data.record import Owned
from javelin.data.records.account import Account
from javelin.data.records.sequence import BUCKET, adjust, bucket_key, issue, list_key


@dataclass(frozen=True)
class Moved:
    """The buckets that a record leaves and enters; None where it was in none, or where nothing is written."""

    left: str | None
    entered: str | None

    def count(self) -> None:
        """Count it where it is now, once the move is written: the streams count what comes and goes, not what moves."""
        for bucket, change in ((self.left, -1), (self.entered, 1)):
            if bucket is not None and explaining.picture() is None:
                name, _, number = bucket.rpartition("/")
                adjust(name, {number: change})


def move(record: Owned, account: Account) -> Moved:
    """Let a record be an account's of the same domain; it is still to be saved, and then counted."""
    kind, left = type(record).__name__, record.account_bucket
    record.account_id, record.account = account.id, account.name
    if explaining.picture() is None:
        number = issue(account.id, {kind: 1})[kind]
        record.account_bucket = bucket_key(list_key(kind, account.id), number // BUCKET)
    return Moved(left, record.account_bucket)
