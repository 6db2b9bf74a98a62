"""listEvents: what happened, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from functions.events._pending import within
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import EndMoment, Flag, Integer, Moment, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing, OwnedResponse
from javelin.data.fetch import Fetched, fetch
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.owners import owner
from javelin.data.record import Record
from javelin.data.records.account import Account
from javelin.data.records.archived_event import ArchivedEvent
from javelin.data.records.cluster import Cluster
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.domain import Domain, name_of, shown_path
from javelin.data.records.event import Event
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.pod import Pod
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.told import Told

NAMED: dict[str, type[Record]] = {
    record.__name__: record
    for record in (
        Account, Cluster, DiskOffering, Domain, Host, Network, NetworkOffering, PhysicalNetwork, Pod, ServiceOffering,
        StoragePool, Template, User, VirtualMachine, Volume, Zone,
    )
}  # fmt: skip


class ListEvents(OwnedListRequest):
    """Lists what happened within the last 90 days, newest first."""

    id: Uuid | None = Field(None, description="Only this event")
    type: Text | None = Field(None, description="Only events of this type; see listEventTypes")
    level: Text | None = Field(None, description="Only events of this level: INFO, WARN or ERROR")
    state: Text | None = Field(None, description="Only events in this state: Created, Scheduled, Started or Completed")
    startdate: Moment | None = Field(None, description="Only events of then or later")
    enddate: EndMoment | None = Field(None, description="Only events of then or earlier")
    resourceid: Text | None = Field(None, description="Only events of this resource; needs resourcetype")
    resourcetype: Text | None = Field(None, description="Only events of resources of this type")
    archived: Flag = Field(False, description="Only archived events, which are left out otherwise")
    startid: Uuid | None = Field(None, description="Only this event and those that followed from it")
    entrytime: Integer | None = Field(
        None, description="Only of jobs under way, begun at most so many seconds ago; needs duration"
    )
    duration: Integer | None = Field(None, description="And begun at least so many seconds ago; needs entrytime")


class EventResponse(OwnedResponse):
    """Something that happened."""

    id: str = Field(description="The event's id")
    type: str = Field(description="What kind of event it is")
    level: str = Field(description="INFO, WARN or ERROR")
    state: str = Field(description="How far it had come: Created, Scheduled, Started or Completed")
    description: str = Field(description="What happened")
    username: str | None = Field(None, description="Who did it")
    domainid: str = Field(description="The domain of that account or project")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    resourceid: str | None = Field(None, description="What it happened to")
    resourcetype: str | None = Field(None, description="What kind of thing that is")
    resourcename: str | None = Field(None, description="That thing's name, if it is still there")
    parentid: str | None = Field(None, description="The event that said that it would be done")
    jobid: str | None = Field(None, description="The job that it tells of")
    created: datetime = Field(description="When it happened")
    archived: bool = Field(description="Whether it is archived")


@operation(
    ListEvents, roles=EVERYONE, answers=EventResponse, object_name="event",
    grants=[Event.read, ArchivedEvent.read, Job.read, *(record.read for record in NAMED.values()), *READ_LISTS],
    past=False,
)  # fmt: skip
def handler(request: ListEvents, caller: Caller) -> Listing:
    """Who did it, and the names of what it was done to, are looked up together."""
    kind = ArchivedEvent if request.archived else Event
    filters = Filters().word("state", request.state).word("type", request.type)
    filters.equal("level", request.level and request.level.upper())
    filters.between("created", request.startdate, request.enddate)
    filters.related(kind.by_resource, "resource_id", request.resourceid).word("resource_type", request.resourcetype)
    filters.contains(request.keyword, "type", "description")
    if request.startid is not None:
        _following(filters, kind, caller, request.startid)
    within(filters, request.entrytime, request.duration)
    only = [request.id] if request.id else None
    events, count = list_owned(kind, caller, request, filters, only, newest_first=True)
    found = fetch([*((User, event.user_id) for event in events), *(_about(event) for event in events)])
    return Listing("event", [_show(event, found) for event in events], count)


def _following(filters: Filters, kind: type[Event] | type[ArchivedEvent], caller: Caller, key: str) -> None:
    """Keep an event and those that name it as the one they follow: they are about the same resource."""
    found = fetch([(Event, key), (ArchivedEvent, key)])
    start: Told | None = found.find(Event, key) or found.find(ArchivedEvent, key)
    if start is None or not caller.sees(start.account_id, start.domain_path):
        filters.nothing(True)
    elif start.resource_id:
        filters.related(kind.by_resource, "resource_id", start.resource_id)
    filters.add(lambda event: key in (event.id, event.parent_id))


def _about(event: Told) -> tuple[type[Record], str | None]:
    return NAMED.get(event.resource_type, User), event.resource_id if event.resource_type in NAMED else None


def _show(event: Told, found: Fetched) -> EventResponse:
    user, about = found.find(User, event.user_id), found.find(*_about(event))
    return EventResponse(
        id=event.id, type=event.type, level=event.level, state=event.state, description=event.description,
        username=user.username if user else None, **owner(event), domainid=event.domain_id,
        domain=name_of(event.domain_path), domainpath=shown_path(event.domain_path), resourceid=event.resource_id,
        resourcetype=event.resource_type or None, resourcename=_name(about), parentid=event.parent_id,
        created=event.created, jobid=event.job_id or None, archived=isinstance(event, ArchivedEvent),
    )  # fmt: skip


def _name(about: Any) -> str | None:
    for attribute in ("display_name", "username", "name"):
        if name := getattr(about, attribute, None):
            return str(name)
    return None
