"""updateNetworkServiceProvider: let a provider serve networks on a physical network, or not."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._physical_network import ProviderResponse, services_of, show_provider
from functions.fabric_admin._wires import network_with_provider
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class UpdateNetworkServiceProvider(Request):
    """Enables or disables a provider, or changes what it does."""

    id: Uuid = Field(description="The provider")
    state: Annotated[Text, OneOf(("Enabled", "Disabled"))] | None = Field(None, description="Enabled or Disabled")
    servicelist: TextList | None = Field(None, description="What it does, of what it can do")


@operation(
    UpdateNetworkServiceProvider, roles=ROOT, grants=[PhysicalNetwork.write, *jobs.START_JOB], answers=ProviderResponse,
    object_name="networkserviceprovider", asynchronous=True,
    event="SERVICE.PROVIDER.UPDATE",
)  # fmt: skip
def handler(request: UpdateNetworkServiceProvider, caller: Caller) -> Accepted:
    """The provider as it is then."""
    network = network_with_provider(request.id)
    providers = [dict(row) for row in network.providers]
    provider = next(row for row in providers if row["id"] == request.id)
    if request.servicelist is not None:
        provider["services"] = services_of(provider["name"], request.servicelist)
    provider["state"] = request.state or provider["state"]
    network.providers = providers
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="updateNetworkServiceProvider",
        result={"networkserviceprovider": show_provider(network, provider).body()},
        resource_type="NetworkServiceProvider", resource_id=request.id,
    )  # fmt: skip
