"""createPod: add a rack to a zone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._addresses import read_range
from functions.fabric_admin._pod import PodResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.counting import enter
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction


class CreatePod(Request):
    """Adds a pod to a zone: a rack of hosts. Its addresses are those of the hosts' management network, and optional."""

    name: Text = Field(description="A name that no other pod of the zone has")
    zoneid: Uuid = Field(description="The zone")
    gateway: Text | None = Field(None, description="The router of the management network")
    netmask: Text | None = Field(None, description="The netmask of the management network")
    startip: Text | None = Field(None, description="First address that the cloud may use")
    endip: Text | None = Field(None, description="Last address that the cloud may use; startip if missing")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] = Field(
        "Enabled", description="Enabled or Disabled"
    )


@operation(
    CreatePod, roles=ROOT, grants=[Pod.write, Claim.write, Sequence.write, Zone.write], answers=PodResponse,
    object_name="pod", refuses=("storageaccessgroups",),
    event="POD.CREATE",
)  # fmt: skip
def handler(request: CreatePod, caller: Caller) -> Item:
    """A pod whose range, if it has one, makes sense."""
    zone = Zone.require(request.zoneid)
    if request.startip:
        if not (request.gateway and request.netmask):
            raise InvalidParameter("startip needs gateway and netmask; give all three or none.")
        read_range(request.gateway, request.netmask, request.startip, request.endip)
    pod = Pod(
        new_id(), name=request.name, zone_id=zone.id, zone_name=zone.name, gateway=request.gateway,
        netmask=request.netmask, start_ip=request.startip, end_ip=request.endip or request.startip,
        allocation_state=request.allocationstate,
    )  # fmt: skip
    taken = InvalidParameter(f"There is a pod {pod.name} in zone {zone.name} already; choose another name.")
    transaction = Transaction()
    transaction.claim(f"pod/{zone.id}/{pod.name}", pod.id, taken)
    transaction.create(pod)
    enter(transaction, Zone, zone.id)
    transaction.commit()
    return Item("pod", show(pod))
