"""read_streams: from what the tables' streams tell, keep the counts of lists, the past of records and the use of things.

The streams also tell what was deleted: its tags and the notes on it go with it, and what was for it alone is out of use.
"""

from __future__ import annotations

from typing import Any

from functions.data import _counts, _nobodys, _usage, _versions
from javelin.contract.grants import Grant
from javelin.data.records.annotation import Annotation
from javelin.data.records.history import History
from javelin.data.records.sequence import Sequence
from javelin.data.records.tag import Tag
from javelin.data.records.usage_mark import UsageMark, UsageMeter
from javelin.data.records.usage_record import UsageDay
from javelin.messaging.consumers import Streams, consumer


def run(event: dict[str, Any]) -> None:
    """Versions and use first: telling them again changes nothing, while counting again does."""
    _versions.keep(event["Records"])
    _usage.keep(event["Records"])
    _nobodys.withdraw(event["Records"])
    _counts.count(event["Records"])


WRITE_MANY = Grant(
    ("dynamodb:BatchWriteItem",),
    (*Tag.write.resources, *Annotation.write.resources, *History.write.resources, *UsageMark.write.resources),
)

handler = consumer(
    run, Streams(), timeout=60,
    grants=[
        Sequence.write, Tag.write, Annotation.write, History.write, UsageMark.write, UsageMeter.write, UsageDay.write,
        WRITE_MANY, *_nobodys.WITHDRAW,
    ],
)  # fmt: skip
