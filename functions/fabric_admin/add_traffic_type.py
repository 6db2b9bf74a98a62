"""addTrafficType: say which traffic a physical network carries, and by which bridge of the hosts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._physical_network import TrafficTypeResponse, show_traffic
from functions.fabric_admin._wires import check_label
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.ids import new_id
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.flow import jobs

TYPES = {name.lower(): name for name in ("Guest", "Management", "Public", "Storage")}


class AddTrafficType(Request):
    """Adds a kind of traffic to a physical network. For Public, kvmnetworklabel is the bridge to the outside world."""

    physicalnetworkid: Uuid = Field(description="The physical network")
    traffictype: Text = Field(description="Guest, Management, Public or Storage")
    kvmnetworklabel: Text | None = Field(None, description="The hosts' bridge that carries it")
    isolationmethod: Annotated[Text, OneOf(("VLAN", "VXLAN", "vlan", "vxlan"))] | None = Field(
        None, description="Must be one of the physical network's"
    )


@operation(
    AddTrafficType, roles=ROOT, grants=[PhysicalNetwork.write, *jobs.START_JOB], answers=TrafficTypeResponse,
    object_name="traffictype", asynchronous=True,
    refuses=("vlan", "xennetworklabel", "vmwarenetworklabel", "hypervnetworklabel", "ovm3networklabel"),
    event="TRAFFIC.TYPE.CREATE",
)  # fmt: skip
def handler(request: AddTrafficType, caller: Caller) -> Accepted:
    """A kind of traffic that the physical network did not carry."""
    kind = TYPES.get(request.traffictype.lower())
    if kind is None:
        raise InvalidParameter(f"traffictype must be one of {', '.join(TYPES.values())}.")
    check_label(request.kvmnetworklabel)
    network = PhysicalNetwork.require(request.physicalnetworkid)
    methods = network.isolation_methods
    if request.isolationmethod and methods and request.isolationmethod.upper() not in methods:
        raise InvalidParameter(f"Physical network {network.name} keeps networks apart by {', '.join(methods)} alone.")
    if any(row["type"] == kind for row in network.traffic_types):
        raise InvalidParameter(f"Physical network {network.name} carries {kind} traffic already.")
    row = {"id": new_id(), "type": kind, "label": request.kvmnetworklabel}
    network.traffic_types = [*network.traffic_types, row]
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="addTrafficType", result={"traffictype": show_traffic(network, row).body()},
        resource_type="TrafficType", resource_id=row["id"], creates=True,
    )  # fmt: skip
