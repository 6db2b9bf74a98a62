"""read_streams: from what the tables' streams tell, keep the counts of lists and the past of records.

The streams also tell what was deleted: its tags and the notes on it go with it.
"""

from __future__ import annotations

from typing import Any

from functions.data import _counts, _versions
from javelin.contract.grants import Grant
from javelin.data.records.annotation import Annotation
from javelin.data.records.history import History
from javelin.data.records.sequence import Sequence
from javelin.data.records.tag import Tag
from javelin.messaging.consumers import Streams, consumer


def run(event: dict[str, Any]) -> None:
    """Versions first: telling them again changes nothing, while counting again does."""
    _versions.keep(event["Records"])
    _counts.count(event["Records"])


WRITE_MANY = Grant(
    ("dynamodb:BatchWriteItem",), (*Tag.write.resources, *Annotation.write.resources, *History.write.resources)
)

handler = consumer(
    run, Streams(), grants=[Sequence.write, Tag.write, Annotation.write, History.write, WRITE_MANY], timeout=60
)
