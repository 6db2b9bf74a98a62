"""addNetworkServiceProvider: bring back a provider that was taken off a physical network."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.fabric_admin._physical_network import PROVIDERS, ProviderResponse, services_of, show_provider
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, TextList, Uuid
from javelin.contract.responses import Accepted
from javelin.data.ids import new_id
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class AddNetworkServiceProvider(Request):
    """Adds a provider of network services to a physical network. It is disabled until it is updated."""

    physicalnetworkid: Uuid = Field(description="The physical network")
    name: Text = Field(description="VirtualRouter, VpcVirtualRouter or SecurityGroupProvider")
    servicelist: TextList | None = Field(None, description="What it does; all that it can if missing")


@operation(
    AddNetworkServiceProvider, roles=ROOT, grants=[PhysicalNetwork.write, *jobs.START_JOB], answers=ProviderResponse,
    object_name="networkserviceprovider", asynchronous=True, refuses=("destinationphysicalnetworkid",),
    event="SERVICE.PROVIDER.CREATE",
)  # fmt: skip
def handler(request: AddNetworkServiceProvider, caller: Caller) -> Accepted:
    """A provider that the physical network did not have."""
    name = next((known for known in PROVIDERS if known.lower() == request.name.lower()), None)
    if name is None:
        raise InvalidParameter(f"There is no provider {request.name}; name one of {', '.join(PROVIDERS)}.")
    network = PhysicalNetwork.require(request.physicalnetworkid)
    if any(row["name"] == name for row in network.providers):
        raise InvalidParameter(f"Physical network {network.name} has provider {name} already.")
    row: dict[str, Any] = {
        "id": new_id(), "name": name, "state": "Disabled",
        "services": services_of(name, request.servicelist or list(PROVIDERS[name])),
    }  # fmt: skip
    network.providers = [*network.providers, row]
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="addNetworkServiceProvider",
        result={"networkserviceprovider": show_provider(network, row).body()}, resource_type="NetworkServiceProvider",
        resource_id=row["id"], creates=True,
    )  # fmt: skip
