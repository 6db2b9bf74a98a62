"""Which events a call archives or deletes: the caller's own rights, and no more at once than a call can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from pydantic import Field

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.parameters import EndMoment, Moment, OwnedListRequest, Request, Text, UuidList
from javelin.contract.responses import Success
from javelin.data.filters import Filters
from javelin.data.lists import matching
from javelin.data.reach import reach_of
from javelin.data.records.archived_event import ArchivedEvent
from javelin.data.records.event import Event
from javelin.data.told import Told
from javelin.data.transaction import Transaction

MOST = 500  # events of a call
TOGETHER = 50  # in a transaction, which takes 100 writes

Kinds = tuple[type[Event] | type[ArchivedEvent], ...]


class EventSelection(Request):
    """Which events: those of the ids, or all that the caller may see of a type or a time."""

    ids: UuidList | None = Field(None, description="These events")
    type: Text | None = Field(None, description="Events of this type; see listEventTypes")
    startdate: Moment | None = Field(None, description="Events of then or later")
    enddate: EndMoment | None = Field(None, description="Events of then or earlier")


def apply(
    caller: Caller, request: EventSelection, kinds: Kinds, change: Callable[[Transaction, Told], None], done: str
) -> Success:
    """Change the oldest of the events that are asked for; the answer tells when there are more than a call can do.

    Raises InvalidParameter when nothing is asked for, or an id is not that of an event of these kinds that the caller sees.
    """
    if request.ids is None and request.type is None and request.startdate is None and request.enddate is None:
        raise InvalidParameter("Say which events: give ids, type, startdate or enddate.")
    chosen, count = _by_id(caller, request, kinds) if request.ids is not None else _by_filter(caller, request, kinds)
    for start in range(0, len(chosen), TOGETHER):
        transaction = Transaction()
        for event in chosen[start : start + TOGETHER]:
            change(transaction, event)
        transaction.commit()
    if count > len(chosen):
        return Success(f"{len(chosen)} of {count} events were {done}, the oldest; call again for the others.")
    return Success()


def _by_id(caller: Caller, request: EventSelection, kinds: Kinds) -> tuple[list[Told], int]:
    ids = request.ids or []
    found: dict[str, Told] = {event.id: event for kind in kinds for event in kind.load_all(ids)}
    for key in ids:
        if key not in found or not caller.sees(found[key].account_id, found[key].domain_path):
            raise Event.unknown(key)
    filters = _filters(request)
    chosen = [event for event in found.values() if filters.passes(event)]
    return chosen[:MOST], len(chosen)


def _by_filter(caller: Caller, request: EventSelection, kinds: Kinds) -> tuple[list[Told], int]:
    reach = reach_of(caller, OwnedListRequest(listall=True), stays=True)
    ids = [(kind, matching(kind, _filters(request), reach)) for kind in kinds]
    oldest: Iterable[tuple[str, type[Told]]] = sorted(
        ((key, kind) for kind, keys in ids for key in keys), key=lambda row: row[0]
    )
    return list(_load(islice(oldest, MOST), kinds)), sum(len(keys) for _, keys in ids)


def _load(chosen: Iterable[tuple[str, type[Told]]], kinds: Kinds) -> Iterable[Told]:
    rows = list(chosen)
    for kind in kinds:
        yield from kind.load_all(key for key, of in rows if of is kind)


def _filters(request: EventSelection) -> Filters:
    filters = Filters().word("type", request.type)
    return filters.between("created", request.startdate, request.enddate)
