"""declareHostAsDegraded: have no guests on a host that failed, should it come back."""

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

AWAY = ("Disconnected", "Down")


class DeclareHostAsDegraded(Request):
    """Marks a host that is Disconnected or Down as broken: when it is back, it gets no guests until cancelHostAsDegraded.

    Its guests are left as they are: whether they still run is not known.
    """

    id: Uuid = Field(description="The host")


@operation(
    DeclareHostAsDegraded, roles=ROOT, grants=CHANGE_HOST, answers=HostResponse, object_name="host", asynchronous=True,
    event="HOST.DECLARE.DEGRADED",
)  # fmt: skip
def handler(request: DeclareHostAsDegraded, caller: Caller) -> Accepted:
    """The host as it is then."""
    host = Host.require(request.id)
    wrong = InvalidParameter(
        f"Host {host.name} is {host.state} and {host.resource_state}; only one that is Disconnected or Down can be degraded."
    )
    away = Host.state.is_in(*AWAY) & (Host.resource_state != "Degraded")
    return move(
        caller, host, "Degraded", away, wrong, command="declareHostAsDegraded", event="HOST.DECLARE.DEGRADED",
        did="declared degraded",
    )  # fmt: skip
