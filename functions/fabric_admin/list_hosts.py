"""listHosts: the machines that run guests."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._host import HostResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, TextList, Uuid
from javelin.contract.parts import Parts, chosen
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.sequence import Sequence

PARTS: Parts = {
    "capacity": (
        "cpuallocated", "cpuallocatedvalue", "cpuallocatedpercentage", "cpuallocatedwithoverprovisioning",
        "cpuwithoverprovisioning", "memoryallocated", "memoryallocatedbytes", "memoryallocatedpercentage",
        "memorywithoverprovisioning", "memorytotal",
    ),
    "events": ("events",),
    "stats": ("cpuused", "cpuloadaverage", "memoryused"),
}  # fmt: skip


class ListHosts(ListRequest):
    """Lists hosts with what they have, what of it is promised, and when they were last heard of."""

    id: Uuid | None = Field(None, description="Only this host")
    name: Text | None = Field(None, description="Only hosts of this name")
    zoneid: Uuid | None = Field(None, description="Only hosts of this zone")
    podid: Uuid | None = Field(None, description="Only hosts of this pod")
    clusterid: Uuid | None = Field(None, description="Only hosts of this cluster")
    state: Text | None = Field(None, description="Only hosts in this state: Up, Connecting, Disconnected or Down")
    resourcestate: Text | None = Field(None, description="Only hosts in this state: Enabled, Disabled or Maintenance")
    type: Text | None = Field(None, description="Routing; hosts of other types do not exist here")
    hypervisor: Text | None = Field(None, description="Only hosts of this kind: KVM or Simulator")
    hahost: Flag = Field(False, description="Only hosts that are kept for guests of hosts that fail: there are none")
    arch: Text | None = Field(None, description="Only hosts of these processors")
    details: TextList | None = Field(None, description="Parts to show: all, min, capacity, events, stats")


@operation(
    ListHosts, roles=OPERATORS, grants=[Host.read, HostStatus.read, Sequence.read], answers=HostResponse,
    object_name="host",
    refuses=("virtualmachineid", "outofbandmanagementenabled", "outofbandmanagementpowerstate", "managementserverid",
             "storageaccessgroup"),
)  # fmt: skip
def handler(request: ListHosts, caller: Caller) -> Listing:
    """All that match, in the order in which they were added."""

    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    filters.equal("zone_id", request.zoneid).equal("pod_id", request.podid).equal("cluster_id", request.clusterid)
    filters.equal("state", request.state).equal("resource_state", request.resourcestate)
    filters.word("hypervisor", request.hypervisor).nothing(request.type and request.type.lower() != "routing")
    filters.nothing(request.hahost or request.arch not in (None, "x86_64"))
    hosts, count = list_shared(Host, request, filters, [request.id] if request.id else None)
    heard = {status.host_id: status for status in HostStatus.batch_get([host.id for host in hosts])} if hosts else {}
    rows = [show(host, heard.get(host.id)) for host in hosts]
    return Listing("host", chosen(rows, PARTS, request.details), count)
