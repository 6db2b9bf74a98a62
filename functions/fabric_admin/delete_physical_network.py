"""deletePhysicalNetwork: tell the cloud no longer of some wires of a zone."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._wires import LOOK_INTO, refuse_networks, refuse_ranges
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.counting import holds, leave
from javelin.data.records.claim import Claim
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeletePhysicalNetwork(Request):
    """Deletes a physical network that carries no networks and no public addresses."""

    id: Uuid = Field(description="The physical network")


@operation(
    DeletePhysicalNetwork, roles=ROOT,
    grants=[PhysicalNetwork.write, Zone.write, Claim.write, *LOOK_INTO, *jobs.START_JOB], asynchronous=True,
    event="PHYSICAL.NETWORK.DELETE",
)  # fmt: skip
def handler(request: DeletePhysicalNetwork, caller: Caller) -> Accepted:
    """Nothing is on it any more; its traffic types and providers go with it."""
    network = PhysicalNetwork.require(request.id)
    refuse_networks(network, "the physical network")
    refuse_ranges(network, "the physical network")
    transaction = Transaction()
    busy = ResourceInUse(f"Physical network {network.name} got a network or a range meanwhile, or is gone; look again.")
    transaction.delete(network, holds(PhysicalNetwork), busy)
    leave(transaction, Zone, network.zone_id)
    transaction.release(f"physical_network/{network.zone_id}/{network.name}")
    return jobs.done(
        caller, transaction, command="deletePhysicalNetwork", result={"success": True}, resource_type="PhysicalNetwork",
        resource_id=network.id,
    )  # fmt: skip
