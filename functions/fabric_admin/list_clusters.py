"""listClusters: the groups of hosts."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._capacity import GRANTS, CapacityResponse, Place, capacities
from functions.fabric_admin._cluster import ClusterResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.cluster import Cluster
from javelin.data.records.sequence import Sequence


class ListClusters(ListRequest):
    """Lists clusters."""

    id: Uuid | None = Field(None, description="Only this cluster")
    name: Text | None = Field(None, description="Only clusters of this name")
    zoneid: Uuid | None = Field(None, description="Only clusters of this zone")
    podid: Uuid | None = Field(None, description="Only clusters of this pod")
    hypervisor: Text | None = Field(None, description="Only clusters of this kind: KVM or Simulator")
    clustertype: Text | None = Field(None, description="Only clusters of this type: CloudManaged")
    allocationstate: Text | None = Field(None, description="Only clusters in this state: Enabled or Disabled")
    managedstate: Text | None = Field(None, description="Managed; there are no others")
    arch: Text | None = Field(None, description="Only clusters of these processors")
    showcapacities: Flag = Field(False, description="Also tell what each has, and how much of it is promised")


@operation(
    ListClusters, roles=OPERATORS, grants=[Cluster.read, Sequence.read, *GRANTS], answers=ClusterResponse,
    object_name="cluster", refuses=("storageaccessgroup",),
)  # fmt: skip
def handler(request: ListClusters, caller: Caller) -> Listing:
    """All that match, in the order in which they were made."""

    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    filters.equal("zone_id", request.zoneid).equal("pod_id", request.podid).equal("arch", request.arch)
    filters.equal("hypervisor", request.hypervisor).equal("cluster_type", request.clustertype)
    filters.equal("allocation_state", request.allocationstate).nothing(request.managedstate not in (None, "Managed"))
    clusters, count = list_shared(Cluster, request, filters, [request.id] if request.id else None)
    rows = [show(cluster, _capacity_of(cluster) if request.showcapacities else None) for cluster in clusters]
    return Listing("cluster", rows, count)


def _capacity_of(cluster: Cluster) -> list[CapacityResponse]:
    return capacities(
        Place(cluster.zone_id, cluster.zone_name, cluster.pod_id, cluster.pod_name, cluster.id, cluster.name)
    )
