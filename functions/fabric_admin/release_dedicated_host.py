"""releaseDedicatedHost: let everybody use a host again."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicating import DEDICATE, release
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted


class ReleaseDedicatedHost(Request):
    """Ends a host's dedication. Guests that are there stay."""

    hostid: Uuid = Field(description="The host")


@operation(
    ReleaseDedicatedHost, roles=ROOT, grants=DEDICATE, asynchronous=True, event="DEDICATE.RESOURCE.RELEASE",
)  # fmt: skip
def handler(request: ReleaseDedicatedHost, caller: Caller) -> Accepted:
    """Everybody's from then on."""
    return release(caller, "Host", request.hostid, command="releaseDedicatedHost", event="DEDICATE.RESOURCE.RELEASE")
