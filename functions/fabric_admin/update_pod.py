"""updatePod: rename a pod, change its addresses, or keep new guests out of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._addresses import read_range
from functions.fabric_admin._inside import CHANGE_INSIDE, tell_inside
from functions.fabric_admin._pod import PodResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.pod import Pod
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class UpdatePod(Request):
    """Changes a pod. A disabled one keeps its guests and gets no new ones."""

    id: Uuid = Field(description="The pod")
    name: Text | None = Field(None, description="A name that no other pod of the zone has")
    gateway: Text | None = Field(None, description="The router of the management network")
    netmask: Text | None = Field(None, description="The netmask of the management network")
    startip: Text | None = Field(None, description="First address that the cloud may use")
    endip: Text | None = Field(None, description="Last address that the cloud may use")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] | None = Field(
        None, description="Enabled or Disabled"
    )


@operation(
    UpdatePod, roles=ROOT, grants=[Pod.write, Claim.write, Cluster.write, *CHANGE_INSIDE, *ANNOUNCE],
    answers=PodResponse, object_name="pod",
    event="POD.EDIT",
)  # fmt: skip
def handler(request: UpdatePod, caller: Caller) -> Item:
    """The pod as it is then; what is in it follows."""
    pod = Pod.require(request.id)
    transaction = Transaction()
    if request.name and request.name.lower() != pod.name.lower():
        taken = InvalidParameter(f"There is a pod {request.name} in the zone already; choose another name.")
        transaction.claim(f"pod/{pod.zone_id}/{request.name}", pod.id, taken)
        transaction.release(f"pod/{pod.zone_id}/{pod.name}")
    changes = {
        "name": request.name, "gateway": request.gateway, "netmask": request.netmask, "start_ip": request.startip,
        "end_ip": request.endip, "allocation_state": request.allocationstate,
    }  # fmt: skip
    for name, value in changes.items():
        if value is not None:
            setattr(pod, name, value)
    if pod.start_ip:
        if not (pod.gateway and pod.netmask):
            raise InvalidParameter("startip needs gateway and netmask; give all three or none.")
        read_range(pod.gateway, pod.netmask, pod.start_ip, pod.end_ip)
    transaction.save(pod)
    transaction.commit()
    tell_inside(pod)
    announce(of_cloud("POD.EDIT", f"{caller.account} changed pod {pod.name}", resource_type="Pod", resource_id=pod.id))
    return Item("pod", show(pod))
