"""listHosts: the machines that run guests."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._host import HostResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import list_shared
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.sequence import Sequence


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
    details: TextList | None = Field(None, description="Taken for older clients; all details are shown always")


@operation(
    ListHosts, roles=OPERATORS, grants=[Host.read, HostStatus.read, Sequence.read], answers=HostResponse,
    object_name="host",
    refuses=("virtualmachineid", "outofbandmanagementenabled", "outofbandmanagementpowerstate", "managementserverid",
             "storageaccessgroup"),
)  # fmt: skip
def handler(request: ListHosts, caller: Caller) -> Listing:
    """All that match, in the order in which they were added."""

    def keep(host: Host) -> bool:
        return (
            request.name in (None, host.name)
            and request.zoneid in (None, host.zone_id)
            and request.podid in (None, host.pod_id)
            and request.clusterid in (None, host.cluster_id)
            and request.state in (None, host.state)
            and request.resourcestate in (None, host.resource_state)
            and (request.type is None or request.type.lower() == "routing")
            and (request.hypervisor is None or request.hypervisor.lower() == host.hypervisor.lower())
            and request.arch in (None, "x86_64")
            and not request.hahost
            and (request.keyword is None or request.keyword.lower() in host.name.lower())
        )

    hosts, count = list_shared(Host, request, keep, [request.id] if request.id else None)
    heard = {status.host_id: status for status in HostStatus.batch_get([host.id for host in hosts])} if hosts else {}
    return Listing("host", [show(host, heard.get(host.id)) for host in hosts], count)
