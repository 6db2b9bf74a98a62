"""listAlerts: what operators should look at, newest first."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from functions.events._alerts import type_of
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_shared, page_of, window
from javelin.data.reach import Reach
from javelin.data.records.alert import Alert


class ListAlerts(ListRequest):
    """Lists the alerts that nobody has archived, newest first."""

    id: Uuid | None = Field(None, description="Only this alert")
    type: Text | None = Field(None, description="Only alerts of the type with this number; see listAlertTypes")
    name: Text | None = Field(None, description="Only alerts of this name")


class AlertResponse(Response):
    """An alert."""

    id: str = Field(description="The alert's id")
    type: int = Field(description="The number of its type")
    name: str = Field(description="The name that it was generated with, or the type of the event behind it")
    description: str = Field(description="What there is to look at")
    sent: datetime = Field(description="When it was made")


@operation(
    ListAlerts, roles=OPERATORS, answers=AlertResponse, object_name="alert", grants=[Alert.read, *READ_LISTS], past=False
)  # fmt: skip
def handler(request: ListAlerts, caller: Caller) -> Listing:
    """The archived ones are shown to nobody."""
    filters = Filters().absent("archived").word("name", request.name).contains(request.keyword, "name", "description")
    filters.equal("type", None if request.type is None else type_of(request.type))
    if request.id is not None:
        alerts, count = list_shared(Alert, request, filters, [request.id])
    else:
        alerts, count = page_of(Alert, Reach(), window(request), filters, newest_first=True)
    return Listing("alert", [_show(one) for one in alerts], count)


def _show(one: Alert) -> AlertResponse:
    return AlertResponse(
        id=one.id, type=int(one.type), name=one.name, description=one.description, sent=one.created
    )  # fmt: skip
