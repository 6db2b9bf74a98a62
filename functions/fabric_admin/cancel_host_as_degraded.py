"""cancelHostAsDegraded: have a host run guests again that was broken."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._host import HostResponse
from functions.fabric_admin._host_states import CHANGE_HOST, move
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.host import Host


class CancelHostAsDegraded(Request):
    """Marks a host as sound again: it is enabled, and gets guests when it is up."""

    id: Uuid = Field(description="The host")


@operation(
    CancelHostAsDegraded, roles=ROOT, grants=CHANGE_HOST, answers=HostResponse, object_name="host", asynchronous=True,
    event="HOST.CANCEL.DEGRADED",
)  # fmt: skip
def handler(request: CancelHostAsDegraded, caller: Caller) -> Accepted:
    """The host as it is then."""
    host = Host.require(request.id)
    wrong = InvalidParameter(f"Host {host.name} is {host.resource_state}, not degraded; there is nothing to end.")
    return move(
        caller, host, "Enabled", Host.resource_state == "Degraded", wrong, command="cancelHostAsDegraded",
        event="HOST.CANCEL.DEGRADED", did="declared sound",
    )  # fmt: skip
