"""updateHost: take guests on a host or not, change its tags, and write a note on it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._host import HostResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data import notes
from javelin.data.offerings import never
from javelin.data.record import Change, When
from javelin.data.records.annotation import Annotation
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction

STATES = {"enable": "Enabled", "enabled": "Enabled", "disable": "Disabled", "disabled": "Disabled"}


class UpdateHost(Request):
    """Changes a host. A disabled host keeps its guests and gets no new ones."""

    id: Uuid = Field(description="The host")
    allocationstate: Annotated[Text, OneOf(("Enable", "Disable", "Enabled", "Disabled"))] | None = Field(
        None, description="Enable or Disable"
    )
    hosttags: TextList | None = Field(None, description="Tags that offerings may ask for, instead of those it has")
    annotation: Text | None = Field(None, description="A note on it, for operators; see listAnnotations")
    istagarule: Flag = Field(False, description="Not supported: false")


@operation(
    UpdateHost, roles=ROOT, grants=[Host.write, HostStatus.read, Annotation.write, Sequence.write],
    answers=HostResponse, object_name="host",
    refuses=("name", "oscategoryid", "url", "externaldetails", "cleanupexternaldetails"),
    event="HOST.EDIT",
)  # fmt: skip
def handler(request: UpdateHost, caller: Caller) -> Item:
    """The host as it is then."""
    never(request, "istagarule")
    host = Host.require(request.id)
    if request.annotation is not None and not request.annotation.strip():
        raise InvalidParameter("annotation says nothing; write a note, or leave it out.")
    transaction = Transaction()
    changes: list[Change] = []
    if request.allocationstate:
        changes.append(Host.resource_state.set(STATES[request.allocationstate.lower()]))
    if request.hosttags is not None:
        changes.append(Host.tags.set(request.hosttags))
    if request.annotation is not None:
        note = notes.by(caller, "HOST", host, request.annotation, admins_only=True)
        changes.append(notes.add_along(transaction, note))
    if changes:
        kept = InvalidParameter(f"Host {host.name} is in maintenance, degraded or gone; end that first, then repeat.")
        transaction.update(host, changes, _may(request), kept)
        transaction.commit()
    status = next(iter(HostStatus.batch_get([host.id])), None)
    return Item("host", show(Host.require(host.id), status))


def _may(request: UpdateHost) -> When:
    """What else an operator wanted of it stays: only its own command ends that."""
    there: When = Host.id.exists()
    return there & Host.resource_state.is_in("Enabled", "Disabled") if request.allocationstate else there
