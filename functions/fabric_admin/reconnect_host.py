"""reconnectHost: have a host answer, and tell of everything that it has."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._host import HostResponse
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.host import Host
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class ReconnectHost(Request):
    """Asks a host's bridge to report all its guests, pools and volumes anew, and waits for its answer."""

    id: Uuid = Field(description="The host")


@operation(
    ReconnectHost, roles=ROOT, grants=[Host.read], answers=HostResponse, object_name="host",
    flow="fabric_admin/reconnect_host", event="HOST.RECONNECT",
)  # fmt: skip
def handler(request: ReconnectHost, caller: Caller) -> Accepted:
    """A host that is away may come back while it is asked; the job fails if it does not."""
    host = Host.require(request.id)
    if host.state == "Connecting":
        raise InvalidParameter(f"The bridge of host {host.name} never enrolled; run the command that addHost answered.")
    return jobs.start(
        caller, Transaction(), command="reconnectHost", flow="fabric_admin/reconnect_host", resource_type="Host",
        resource_id=host.id, event="HOST.RECONNECT", description=f"Asking host {host.name} to report anew",
    )  # fmt: skip
