"""deleteNetworkOffering: delete an offering that no network has."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import holds
from javelin.data.records.claim import Claim
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class DeleteNetworkOffering(Request):
    """Deletes a network offering that no network has. Those that the cloud came with stay."""

    id: Uuid = Field(description="The offering")


@operation(
    DeleteNetworkOffering,
    roles=ROOT,
    grants=[NetworkOffering.write, Claim.write, Network.read, *ANNOUNCE],
    event="NETWORK.OFFERING.DELETE",
)
def handler(request: DeleteNetworkOffering, caller: Caller) -> Success:
    """A network that is made meanwhile, or the deletion, fails: never both."""
    offering = NetworkOffering.require(request.id)
    if offering.is_default:
        raise InvalidParameter(f"The cloud came with network offering {offering.name}; disable it instead.")
    used = ResourceInUse(f"Networks have offering {offering.name}; delete them first, or disable the offering.")
    if any(Network.by_offering.query(offering.id, limit=1)):
        raise used
    transaction = Transaction()
    transaction.delete(offering, holds(NetworkOffering), used)
    transaction.release(f"network_offering/{offering.name}")
    transaction.commit()
    said = f"{caller.account} deleted network offering {offering.name}"
    announce(of_cloud("NETWORK.OFFERING.DELETE", said, resource_type="NetworkOffering", resource_id=offering.id))
    return Success()
