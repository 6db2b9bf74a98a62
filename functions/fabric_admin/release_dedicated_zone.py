"""releaseDedicatedZone: let everybody use a zone again."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicating import DEDICATE, release
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted


class ReleaseDedicatedZone(Request):
    """Ends a zone's dedication. Guests that are there stay."""

    zoneid: Uuid = Field(description="The zone")


@operation(
    ReleaseDedicatedZone, roles=ROOT, grants=DEDICATE, asynchronous=True, event="DEDICATE.RESOURCE.RELEASE",
)  # fmt: skip
def handler(request: ReleaseDedicatedZone, caller: Caller) -> Accepted:
    """Everybody's from then on."""
    return release(caller, "Zone", request.zoneid, command="releaseDedicatedZone", event="DEDICATE.RESOURCE.RELEASE")
