"""listEventTypes: what kinds of events there are."""

from __future__ import annotations

from pydantic import Field

from functions.events._types import event_types
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request
from javelin.contract.responses import Listing, Response


class ListEventTypes(Request):
    """Lists the types that events can have."""


class EventTypeResponse(Response):
    """A type of events."""

    name: str = Field(description="The type's name")


@operation(ListEventTypes, roles=EVERYONE, answers=EventTypeResponse, object_name="eventtype")
def handler(request: ListEventTypes, caller: Caller) -> Listing:
    """The same for everybody."""
    types = event_types()
    return Listing("eventtype", [EventTypeResponse(name=name) for name in types], len(types))
