"""listStoragePools: where volumes are kept."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._storage_pool import StoragePoolResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.host import Host
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool


class ListStoragePools(ListRequest):
    """Lists storage pools with what they have and what is promised."""

    id: Uuid | None = Field(None, description="Only this pool")
    name: Text | None = Field(None, description="Only pools of this name")
    zoneid: Uuid | None = Field(None, description="Only pools of this zone")
    podid: Uuid | None = Field(None, description="Only pools of this pod")
    clusterid: Uuid | None = Field(None, description="Only pools of this cluster")
    hostid: Uuid | None = Field(None, description="Only pools that serve this host")
    scope: Text | None = Field(None, description="Only pools of this scope: HOST, CLUSTER or ZONE")
    status: Text | None = Field(None, description="Only pools in this state")
    path: Text | None = Field(None, description="Only pools of this directory")
    ipaddress: Text | None = Field(None, description="Only pools at this address")
    storagecustomstats: Flag = Field(False, description="Taken for newer clients; there are none")


@operation(
    ListStoragePools, roles=OPERATORS, grants=[StoragePool.read, Host.read, Sequence.read],
    answers=StoragePoolResponse, object_name="storagepool", refuses=("storageaccessgroup",),
)  # fmt: skip
def handler(request: ListStoragePools, caller: Caller) -> Listing:
    """All that match, in the order in which they were added."""
    host = Host.require(request.hostid) if request.hostid else None

    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    filters.equal("zone_id", request.zoneid).equal("pod_id", request.podid).equal("cluster_id", request.clusterid)
    filters.equal("scope", request.scope and request.scope.upper()).word("state", request.status)
    filters.equal("path", request.path).equal("address", request.ipaddress)
    if host is not None:
        filters.equal("zone_id", host.zone_id).add(lambda pool: pool.serves(host))
    pools, count = list_shared(StoragePool, request, filters, [request.id] if request.id else None)
    return Listing("storagepool", [show(pool) for pool in pools], count)
