"""releaseDedicatedPod: let everybody use a pod again."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicating import DEDICATE, release
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted


class ReleaseDedicatedPod(Request):
    """Ends a pod's dedication. Guests that are there stay."""

    podid: Uuid = Field(description="The pod")


@operation(
    ReleaseDedicatedPod, roles=ROOT, grants=DEDICATE, asynchronous=True, event="DEDICATE.RESOURCE.RELEASE",
)  # fmt: skip
def handler(request: ReleaseDedicatedPod, caller: Caller) -> Accepted:
    """Everybody's from then on."""
    return release(caller, "Pod", request.podid, command="releaseDedicatedPod", event="DEDICATE.RESOURCE.RELEASE")
