"""updateNetworkServiceProvider: let a provider serve networks on a physical network, or not."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._physical_network import PROVIDERS, ProviderResponse, show_provider
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of
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
    network = _network_of(request.id)
    providers = [dict(row) for row in network.providers]
    provider = next(row for row in providers if row["id"] == request.id)
    if request.servicelist is not None:
        can = {name.lower(): name for name in PROVIDERS[provider["name"]]}
        unknown = [name for name in request.servicelist if name.lower() not in can]
        if unknown:
            raise InvalidParameter(
                f"{provider['name']} does not do {', '.join(unknown)}; it can {', '.join(can.values())}."
            )
        provider["services"] = [can[name.lower()] for name in request.servicelist]
    provider["state"] = request.state or provider["state"]
    network.providers = providers
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="updateNetworkServiceProvider",
        result={"networkserviceprovider": show_provider(network, provider).body()},
        resource_type="NetworkServiceProvider", resource_id=request.id,
    )  # fmt: skip


def _network_of(provider: str) -> PhysicalNetwork:
    for ids in ids_of(PhysicalNetwork):
        for network in PhysicalNetwork.load_all(ids):
            if any(row["id"] == provider for row in network.providers):
                return network
    raise InvalidParameter(
        f"Unable to find network service provider with id {provider}; list them to see which there are."
    )
