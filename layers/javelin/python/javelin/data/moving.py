"""Moving records to another account: into that account's lists, and the counts of both with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from javelin.contract import explaining
from javelin.data.record import Owned
from javelin.data.records.account import Account
from javelin.data.records.sequence import BUCKET, adjust, bucket_key, issue, list_key


@dataclass(frozen=True)
class Moved:
    """The buckets that records leave and enter, as often as they do; none where nothing is written."""

    left: Counter[str]
    entered: Counter[str]

    def count(self) -> None:
        """Count them where they are now, once the move is written: the streams count what comes and goes, not what moves."""
        for buckets, sign in ((self.left, -1), (self.entered, 1)):
            for bucket, many in buckets.items():
                name, _, number = bucket.rpartition("/")
                adjust(name, {number: sign * many})


def move(records: Sequence[Owned], account: Account) -> Moved:
    """Let records be an account's of the same domain; they are still to be saved, and then counted."""
    left = Counter(record.account_bucket for record in records if record.account_bucket is not None)
    for record in records:
        record.account_id, record.account = account.id, account.name
    if explaining.picture() is not None:
        return Moved(Counter(), Counter())
    numbers = issue(account.id, dict(Counter(type(record).__name__ for record in records)))
    for record in records:
        kind = type(record).__name__
        record.account_bucket = bucket_key(list_key(kind, account.id), numbers[kind] // BUCKET)
        numbers[kind] += 1
    return Moved(left, Counter(record.account_bucket for record in records))
