"""createPhysicalNetwork: tell the cloud of the wires of a zone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._physical_network import PhysicalNetworkResponse, check_vlan, new_providers, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Accepted
from javelin.data.counting import enter
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.flow import jobs

METHODS = {"vlan": "VLAN", "vxlan": "VXLAN"}


class CreatePhysicalNetwork(Request):
    """Adds a physical network to a zone. It is disabled; enable it with updatePhysicalNetwork."""

    name: Text = Field(description="A name that no other physical network of the zone has")
    zoneid: Uuid = Field(description="The zone")
    vlan: Text | None = Field(None, description="The range of numbers that networks may take: 100-200")
    isolationmethods: TextList | None = Field(None, description="VXLAN or VLAN: how networks are kept apart")
    networkspeed: Text | None = Field(None, description="Its speed, for the record: 10G")
    tags: TextList | None = Field(None, description="Tags that network offerings may ask for")
    broadcastdomainrange: Annotated[Text, OneOf(("ZONE", "POD", "zone", "pod", "Zone", "Pod"))] = Field(
        "ZONE", description="ZONE or POD: how far a broadcast reaches"
    )
    domainid: Uuid | None = Field(None, description="The domain that it is for")


@operation(
    CreatePhysicalNetwork, roles=ROOT,
    grants=[PhysicalNetwork.write, Claim.write, Zone.write, Domain.read, *jobs.START_JOB],
    answers=PhysicalNetworkResponse, object_name="physicalnetwork", asynchronous=True,
    event="PHYSICAL.NETWORK.CREATE",
)  # fmt: skip
def handler(request: CreatePhysicalNetwork, caller: Caller) -> Accepted:
    """A physical network without traffic, with its providers."""
    zone = Zone.require(request.zoneid)
    if request.domainid:
        Domain.require(request.domainid)
    check_vlan(request.vlan)
    methods = [METHODS.get(method.lower(), "") for method in request.isolationmethods or ["VXLAN"]]
    if "" in methods:
        raise InvalidParameter("isolationmethods must be VXLAN or VLAN.")
    network = PhysicalNetwork(
        new_id(), name=request.name, zone_id=zone.id, zone_name=zone.name, domain_id=request.domainid,
        vlan=request.vlan, speed=request.networkspeed, broadcast_range=request.broadcastdomainrange.upper(),
        isolation_methods=methods, tags=request.tags or [], providers=new_providers(),
    )  # fmt: skip
    taken = InvalidParameter(f"There is a physical network {network.name} in zone {zone.name} already.")
    transaction = Transaction()
    transaction.claim(f"physical_network/{zone.id}/{network.name}", network.id, taken)
    transaction.create(network)
    enter(transaction, Zone, zone.id)
    return jobs.done(
        caller, transaction, command="createPhysicalNetwork", result={"physicalnetwork": show(network).body()},
        resource_type="PhysicalNetwork", resource_id=network.id, creates=True,
    )  # fmt: skip
