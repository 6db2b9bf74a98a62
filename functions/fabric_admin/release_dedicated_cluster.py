"""releaseDedicatedCluster: let everybody use a cluster again."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicating import DEDICATE, release
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted


class ReleaseDedicatedCluster(Request):
    """Ends a cluster's dedication. Guests that are there stay."""

    clusterid: Uuid = Field(description="The cluster")


@operation(
    ReleaseDedicatedCluster, roles=ROOT, grants=DEDICATE, asynchronous=True, event="DEDICATE.RESOURCE.RELEASE",
)  # fmt: skip
def handler(request: ReleaseDedicatedCluster, caller: Caller) -> Accepted:
    """Everybody's from then on."""
    return release(
        caller, "Cluster", request.clusterid, command="releaseDedicatedCluster", event="DEDICATE.RESOURCE.RELEASE"
    )
