"""listAlertTypes: what kinds of alerts there are."""

from __future__ import annotations

from pydantic import Field

from functions.events._alerts import TYPES
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request
from javelin.contract.responses import Listing, Response


class ListAlertTypes(Request):
    """Lists the types that alerts can have."""


class AlertTypeResponse(Response):
    """A type of alerts."""

    alerttypeid: int = Field(description="The type's number")
    name: str = Field(description="The type's name")


@operation(ListAlertTypes, roles=ROOT, answers=AlertTypeResponse, object_name="alerttype")
def handler(request: ListAlertTypes, caller: Caller) -> Listing:
    """The same at any time."""
    rows = [AlertTypeResponse(alerttypeid=number, name=name) for number, name in TYPES.items()]
    return Listing("alerttype", rows, len(rows))
