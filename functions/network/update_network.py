"""updateNetwork: change what is said about a network."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.network._addressing import address
from functions.network._network import NetworkResponse, show_all
from functions.network.create_network import DOMAIN
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class UpdateNetwork(Request):
    """Changes what is said about a network. What its router must learn it learns when the network is restarted."""

    id: Uuid = Field(description="The network")
    name: Text | None = Field(None, description="A new name")
    displaytext: Text | None = Field(None, description="What people read about it")
    networkdomain: Text | None = Field(None, description="DNS domain of its guests")
    dns1: Text | None = Field(None, description="Where its router asks for names")
    dns2: Text | None = Field(None, description="Where its router asks when dns1 is silent")
    displaynetwork: Flag | None = Field(None, description="Whether users see it, for operators")
    changecidr: Flag = Field(False, description="Accepted; the range stays as it is")
    updateinsequence: Flag = Field(False, description="Accepted; there is one router")
    forced: Flag = Field(False, description="Accepted; nothing is in the way")
    hideipaddressusage: Flag = Field(False, description="Accepted; the use of addresses is not published")


@operation(
    UpdateNetwork, roles=EVERYONE, answers=NetworkResponse, object_name="network", asynchronous=True,
    grants=[Network.write, NetworkOffering.read, *jobs.START_JOB],
    refuses=(
        "customid", "networkofferingid", "guestvmcidr", "publicmtu", "privatemtu", "ip6dns1", "ip6dns2",
        "sourcenatipaddress",
    ),
    event="NETWORK.UPDATE",
)  # fmt: skip
def handler(request: UpdateNetwork, caller: Caller) -> Accepted:
    """The records change at once."""
    network = Network.visible_to(caller, request.id)
    admin = caller.role_type in OPERATORS
    if request.networkdomain and not DOMAIN.match(request.networkdomain):
        raise InvalidParameter(f"networkdomain {request.networkdomain[:80]} is no domain name; write example.internal.")
    routed: dict[str, Any] = {
        "network_domain": request.networkdomain,
        "dns1": str(address(request.dns1, "dns1")) if request.dns1 else None,
        "dns2": str(address(request.dns2, "dns2")) if request.dns2 else None,
    }
    wanted: dict[str, Any] = {
        "name": request.name, "display_text": request.displaytext,
        "display": request.displaynetwork if admin else None, **routed,
    }  # fmt: skip
    if network.router_host_id and any(
        value is not None and value != getattr(network, name) for name, value in routed.items()
    ):
        wanted["restart_required"] = True
    actions = []
    for name, value in wanted.items():
        if value is not None:
            actions.append(getattr(Network, name).set(value))
            setattr(network, name, value)
    transaction = Transaction()
    if actions:
        transaction.update(network, actions, Network.id.exists(), Network.unknown(network.id))
    shown = show_all([network], admin=admin)[0]
    return jobs.done(
        caller, transaction, command="updateNetwork", result={"network": shown.body()}, resource_type="Network",
        resource_id=network.id, owner=network,
    )  # fmt: skip
