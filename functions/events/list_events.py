"""listEvents: what happened, newest first."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Moment, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.event import Event
from javelin.data.records.user import User


class ListEvents(OwnedListRequest):
    """Lists what happened within the last 90 days, newest first."""

    id: Uuid | None = Field(None, description="Only this event")
    type: Text | None = Field(None, description="Only events of this type; see listEventTypes")
    level: Text | None = Field(None, description="Only events of this level: INFO, WARN or ERROR")
    state: Text | None = Field(None, description="Only events in this state: Created, Scheduled, Started or Completed")
    startdate: Moment | None = Field(None, description="Only events of then or later")
    enddate: Moment | None = Field(None, description="Only events of then or earlier")
    resourceid: Text | None = Field(None, description="Only events of this resource; needs resourcetype")
    resourcetype: Text | None = Field(None, description="Only events of resources of this type")
    archived: Flag = Field(False, description="Only archived events; events are not archived")


class EventResponse(Response):
    """Something that happened."""

    id: str = Field(description="The event's id")
    type: str = Field(description="What kind of event it is")
    level: str = Field(description="INFO, WARN or ERROR")
    state: str = Field(description="How far it had come: Created, Scheduled, Started or Completed")
    description: str = Field(description="What happened")
    username: str | None = Field(None, description="Who did it")
    account: str = Field(description="The account that it concerns")
    domainid: str = Field(description="That account's domain")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    resourceid: str | None = Field(None, description="What it happened to")
    resourcetype: str | None = Field(None, description="What kind of thing that is")
    created: datetime = Field(description="When it happened")
    archived: bool = Field(False, description="Whether it is archived")


@operation(
    ListEvents, roles=EVERYONE, grants=[Event.read, User.read, *READ_LISTS], answers=EventResponse, object_name="event",
    refuses=("duration", "entrytime", "startid"),
)  # fmt: skip
def handler(request: ListEvents, caller: Caller) -> Listing:
    """Who did it is looked up by one batch of reads."""
    filters = Filters().nothing(request.archived).word("state", request.state)
    filters.equal("type", request.type and request.type.upper()).equal("level", request.level and request.level.upper())
    filters.between("created", request.startdate, request.enddate)
    filters.related(Event.by_resource, "resource_id", request.resourceid).word("resource_type", request.resourcetype)
    filters.contains(request.keyword, "type", "description")
    only = [request.id] if request.id else None
    events, count = list_owned(Event, caller, request, filters, only, newest_first=True)
    users = {user.id: user.username for user in User.load_all(sorted({event.user_id for event in events} - {""}))}
    return Listing("event", [_show(event, users.get(event.user_id)) for event in events], count)


def _show(event: Event, username: str | None) -> EventResponse:
    return EventResponse(
        id=event.id, type=event.type, level=event.level, state=event.state, description=event.description,
        username=username, account=event.account, domainid=event.domain_id, domain=name_of(event.domain_path),
        domainpath=shown_path(event.domain_path), resourceid=event.resource_id,
        resourcetype=event.resource_type or None, created=event.created,
    )  # fmt: skip
