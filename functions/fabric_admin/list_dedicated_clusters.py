"""listDedicatedClusters: the clusters that are for some alone."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import LIST_DEDICATED, DedicatedList, listing
from functions.fabric_admin._dedicated_cluster import DedicateClusterResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Uuid
from javelin.contract.responses import Listing


class ListDedicatedClusters(DedicatedList):
    """Lists clusters that are dedicated, with whom they are for."""

    clusterid: Uuid | None = Field(None, description="Only this cluster")


@operation(
    ListDedicatedClusters, roles=ROOT, grants=LIST_DEDICATED, answers=DedicateClusterResponse, object_name="dedicatedcluster",
    refuses=("affinitygroupid",),
)  # fmt: skip
def handler(request: ListDedicatedClusters, caller: Caller) -> Listing:
    """All that match."""
    return listing(request, request.clusterid, "Cluster", "dedicatedcluster", show)
