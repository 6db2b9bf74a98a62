"""restartNetwork: have a network's router be as the records say."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.network import Network
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class RestartNetwork(Request):
    """Brings a network's router in line with what the cloud knows, on another host if its own is lost."""

    id: Uuid = Field(description="The network")
    cleanup: Flag = Field(False, description="Remove the router and make it anew; guests are cut off for a moment")
    livepatch: Flag = Field(False, description="Accepted; without cleanup a router is always changed while it runs")
    makeredundant: Flag = Field(False, description="Redundant routers are not supported; leave it out")


@operation(
    RestartNetwork, roles=EVERYONE, grants=[Network.write], flow="network/restart_network", event="NETWORK.RESTART"
)
def handler(request: RestartNetwork, caller: Caller) -> Accepted:
    """Only a network that is on hosts can be restarted."""
    network = Network.visible_to(caller, request.id)
    if request.makeredundant:
        raise InvalidParameter("Redundant routers are not supported: a router moves when its host is lost.")
    wrong = InvalidParameter(
        f"Network {network.name} is {network.state}; only one that is Implemented, with guests, can be restarted."
    )
    if network.state != "Implemented":
        raise wrong
    transaction = Transaction()
    transaction.check(Network, network.id, Network.state == "Implemented", wrong)
    return jobs.start(
        caller, transaction, command="restartNetwork", flow="network/restart_network", resource_type="Network",
        resource_id=network.id, request={"cleanup": request.cleanup}, event="NETWORK.RESTART",
        description=f"Restarting network {network.name}", owner=network,
    )  # fmt: skip
