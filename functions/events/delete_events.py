"""deleteEvents: delete events from the lists."""

from __future__ import annotations

from functions.events import _selection
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Success
from javelin.data.lists import READ_LISTS
from javelin.data.records.archived_event import ArchivedEvent
from javelin.data.records.event import Event
from javelin.data.told import Told
from javelin.data.transaction import Transaction


class DeleteEvents(_selection.EventSelection):
    """Deletes events, archived or not, the oldest 500 of those that are asked for. The audit chain keeps what they told."""


@operation(
    DeleteEvents, roles=EVERYONE, event="EVENT.DELETE", grants=[Event.write, ArchivedEvent.write, *READ_LISTS]
)  # fmt: skip
def handler(request: DeleteEvents, caller: Caller) -> Success:
    """What is gone already is gone."""
    return _selection.apply(caller, request, (Event, ArchivedEvent), _delete, "deleted")


def _delete(transaction: Transaction, event: Told) -> None:
    transaction.delete(event)
