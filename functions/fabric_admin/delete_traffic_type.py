"""deleteTrafficType: have a physical network carry some traffic no longer."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._wires import LOOK_INTO, network_with_traffic, refuse_networks, refuse_ranges
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeleteTrafficType(Request):
    """Takes a traffic type off a physical network: Guest when no networks are on it, Public when it carries no addresses."""

    id: Uuid = Field(description="The traffic type")


@operation(
    DeleteTrafficType, roles=ROOT, grants=[PhysicalNetwork.write, *LOOK_INTO, *jobs.START_JOB], asynchronous=True,
    event="TRAFFIC.TYPE.DELETE",
)  # fmt: skip
def handler(request: DeleteTrafficType, caller: Caller) -> Accepted:
    """Nothing needs it any more."""
    network = network_with_traffic(request.id)
    kind = next(row["type"] for row in network.traffic_types if row["id"] == request.id)
    doing = f"its {kind} traffic"
    if kind == "Guest":
        refuse_networks(network, doing)
    if kind == "Public":
        refuse_ranges(network, doing)
    network.traffic_types = [row for row in network.traffic_types if row["id"] != request.id]
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="deleteTrafficType", result={"success": True}, resource_type="TrafficType",
        resource_id=request.id,
    )  # fmt: skip
