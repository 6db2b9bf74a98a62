"""deleteNetworkServiceProvider: take a provider off a physical network."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._wires import LOOK_INTO, network_with_provider, refuse_networks
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeleteNetworkServiceProvider(Request):
    """Takes a provider that is disabled off a physical network without networks."""

    id: Uuid = Field(description="The provider")


@operation(
    DeleteNetworkServiceProvider, roles=ROOT, grants=[PhysicalNetwork.write, *LOOK_INTO, *jobs.START_JOB],
    asynchronous=True,
    event="SERVICE.PROVIDER.DELETE",
)  # fmt: skip
def handler(request: DeleteNetworkServiceProvider, caller: Caller) -> Accepted:
    """Nothing needs it any more."""
    network = network_with_provider(request.id)
    provider = next(row for row in network.providers if row["id"] == request.id)
    if provider["state"] != "Disabled":
        raise ResourceInUse(f"Provider {provider['name']} is {provider['state']}; disable it, then repeat.")
    refuse_networks(network, "its providers")
    network.providers = [row for row in network.providers if row["id"] != request.id]
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="deleteNetworkServiceProvider", result={"success": True},
        resource_type="NetworkServiceProvider", resource_id=request.id,
    )  # fmt: skip
