"""prepareHostForMaintenance: keep guests off a host that is to be worked on."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._host import HostResponse
from functions.fabric_admin._host_states import CHANGE_HOST, move
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.host import Host
from javelin.data.records.network import Network


class PrepareHostForMaintenance(Request):
    """Puts a host without guests into maintenance: it gets none until cancelHostMaintenance.

    Guests do not move between hosts that run: disable the host, stop its guests, and start them, which takes them elsewhere.
    """

    id: Uuid = Field(description="The host")


@operation(
    PrepareHostForMaintenance, roles=ROOT, grants=[*CHANGE_HOST, Network.read], answers=HostResponse,
    object_name="host", asynchronous=True,
    event="MAINT.PREPARE",
)  # fmt: skip
def handler(request: PrepareHostForMaintenance, caller: Caller) -> Accepted:
    """No guest can be placed on it between the look and the change: both are one write of the host."""
    host = Host.require(request.id)
    routers = [row.id for row in Network.by_router_host.query(host.id, limit=1)]
    if routers:
        raise ResourceInUse(
            f"Host {host.name} runs routers, of network {routers[0]} for one, whose guests would be cut off; stop the guests"
            " of its networks, then repeat."
        )
    busy = ResourceInUse(
        f"Host {host.name} has guests, which do not move while they run; disable the host, stop them and start them"
        " elsewhere, then repeat."
    )
    return move(
        caller, host, "Maintenance", Host.id.exists() & (Host.guests == 0), busy, command="prepareHostForMaintenance",
        event="MAINT.PREPARE", did="put into maintenance",
    )  # fmt: skip
