"""deleteNetwork: leave nothing of a network."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.network import Network
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeleteNetwork(Request):
    """Deletes a network that no virtual machine has a NIC in."""

    id: Uuid = Field(description="The network")
    forced: Flag = Field(False, description="Accepted; a network that has guests is never deleted")


@operation(
    DeleteNetwork, roles=EVERYONE, grants=[Network.write], flow="network/shut_down_network", event="NETWORK.DELETE"
)
def handler(request: DeleteNetwork, caller: Caller) -> Accepted:
    """From here on no guest gets in: a deploy that runs at the same time wins or fails as a whole."""
    network = Network.visible_to(caller, request.id)
    used = ResourceInUse(
        f"Network {network.name} has virtual machines in it; destroy and expunge them first, or remove their NICs."
    )
    if int(network.nics):
        raise used
    transaction = Transaction()
    transaction.update(network, [Network.state.set("Destroy")], (Network.nics == 0) & Network.id.exists(), used)
    return jobs.start(
        caller, transaction, command="deleteNetwork", flow="network/shut_down_network", resource_type="Network",
        resource_id=network.id, event="NETWORK.DELETE", description=f"Deleting network {network.name}",
        owner=network,
    )  # fmt: skip
