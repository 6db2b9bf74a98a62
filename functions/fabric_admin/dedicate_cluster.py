"""dedicateCluster: keep a cluster for a domain, or for an account of it."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated_cluster import DedicateClusterResponse, show
from functions.fabric_admin._dedicating import DEDICATE, keep, new
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.cluster import Cluster


class DedicateCluster(Request):
    """Keeps a cluster for a domain and those below it, or for one account. Guests of others are not placed in it."""

    clusterid: Uuid = Field(description="The cluster")
    domainid: Uuid = Field(description="The domain that it is for")
    account: Text | None = Field(None, description="The account of the domain that alone it is for")


@operation(
    DedicateCluster, roles=ROOT, grants=DEDICATE, answers=DedicateClusterResponse, object_name="dedicatedcluster",
    asynchronous=True, event="DEDICATE.RESOURCE",
)  # fmt: skip
def handler(request: DedicateCluster, caller: Caller) -> Accepted:
    """What is in it, and what it is in, must not be for others."""
    made = new(Cluster.require(request.clusterid), request.domainid, request.account)
    return keep(
        caller, made, command="dedicateCluster", name="dedicatedcluster", shown=show(made), event="DEDICATE.RESOURCE"
    )
