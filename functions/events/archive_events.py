"""archiveEvents: put events out of the way."""

from __future__ import annotations

from functions.events import _selection
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Success
from javelin.data.lists import READ_LISTS
from javelin.data.records.archived_event import ArchivedEvent
from javelin.data.records.event import Event
from javelin.data.records.sequence import Sequence
from javelin.data.told import Told
from javelin.data.transaction import Transaction


class ArchiveEvents(_selection.EventSelection):
    """Archives events, the oldest 500 of those that are asked for: listEvents shows them with archived=true alone."""


@operation(
    ArchiveEvents, roles=EVERYONE, event="EVENT.ARCHIVE",
    grants=[Event.write, ArchivedEvent.write, Sequence.write, *READ_LISTS],
)  # fmt: skip
def handler(request: ArchiveEvents, caller: Caller) -> Success:
    """An event moves from one table to the other in one transaction."""
    return _selection.apply(caller, request, (Event,), _archive, "archived")


def _archive(transaction: Transaction, event: Told) -> None:
    assert isinstance(event, Event)
    transaction.create(ArchivedEvent.of(event))
    transaction.delete(event, Event.id.exists())
