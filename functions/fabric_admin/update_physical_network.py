"""updatePhysicalNetwork: enable a physical network, or change its range of numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._physical_network import PhysicalNetworkResponse, check_vlan, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class UpdatePhysicalNetwork(Request):
    """Changes a physical network."""

    id: Uuid = Field(description="The physical network")
    state: Annotated[Text, OneOf(("Enabled", "Disabled"))] | None = Field(None, description="Enabled or Disabled")
    vlan: Text | None = Field(None, description="The range of numbers that networks may take: 100-200")
    networkspeed: Text | None = Field(None, description="Its speed, for the record: 10G")
    tags: TextList | None = Field(None, description="Tags that network offerings may ask for")


@operation(
    UpdatePhysicalNetwork, roles=ROOT, grants=[PhysicalNetwork.write, *jobs.START_JOB],
    answers=PhysicalNetworkResponse, object_name="physicalnetwork", asynchronous=True,
    event="PHYSICAL.NETWORK.UPDATE",
)  # fmt: skip
def handler(request: UpdatePhysicalNetwork, caller: Caller) -> Accepted:
    """The physical network as it is then."""
    network = PhysicalNetwork.require(request.id)
    check_vlan(request.vlan)
    changes = {"state": request.state, "vlan": request.vlan, "speed": request.networkspeed, "tags": request.tags}
    for name, value in changes.items():
        if value is not None:
            setattr(network, name, value)
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="updatePhysicalNetwork", result={"physicalnetwork": show(network).body()},
        resource_type="PhysicalNetwork", resource_id=network.id,
    )  # fmt: skip
