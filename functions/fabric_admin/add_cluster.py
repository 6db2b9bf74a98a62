"""addCluster: add a group of hosts of one kind to a pod."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._cluster import ClusterResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data import settings
from javelin.data.counting import enter
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction

HYPERVISORS = ("KVM", "Simulator")


class AddCluster(Request):
    """Adds a cluster to a pod: hosts of one kind that may share storage pools."""

    clustername: Text = Field(description="A name that no other cluster of the pod has")
    zoneid: Uuid = Field(description="The zone")
    podid: Uuid = Field(description="The pod")
    hypervisor: Annotated[Text, OneOf(HYPERVISORS)] = Field(description="KVM, or Simulator for hosts of a test")
    clustertype: Annotated[Text, OneOf(("CloudManaged",))] = Field(description="CloudManaged")
    arch: Annotated[Text, OneOf(("x86_64", "aarch64"))] = Field("x86_64", description="x86_64 or aarch64")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] = Field(
        "Enabled", description="Enabled or Disabled"
    )


@operation(
    AddCluster, roles=ROOT, grants=[Cluster.write, Claim.write, Sequence.write, Pod.write, settings.READ_SETTINGS],
    answers=ClusterResponse, object_name="cluster",
    refuses=("url", "username", "password", "vsmusername", "vsmpassword", "vsmipaddress", "guestvswitchtype",
             "publicvswitchtype", "guestvswitchname", "publicvswitchname", "ovm3pool", "ovm3cluster", "ovm3vip",
             "storageaccessgroups", "extensionid", "externaldetails"),
    event="CLUSTER.CREATE",
)  # fmt: skip
def handler(request: AddCluster, caller: Caller) -> Listing:
    """A cluster without hosts."""
    pod = Pod.require(request.podid)
    if pod.zone_id != request.zoneid:
        raise InvalidParameter(f"Pod {pod.name} is not in zone {request.zoneid}; give the zone {pod.zone_id}.")
    cluster = Cluster(
        new_id(), name=request.clustername, zone_id=pod.zone_id, zone_name=pod.zone_name, pod_id=pod.id,
        pod_name=pod.name, hypervisor=request.hypervisor, cluster_type=request.clustertype, arch=request.arch,
        allocation_state=request.allocationstate, cpu_overcommit=settings.CPU_OVERCOMMIT.value(),
        memory_overcommit=settings.MEMORY_OVERCOMMIT.value(),
    )  # fmt: skip
    taken = InvalidParameter(f"There is a cluster {cluster.name} in pod {pod.name} already; choose another name.")
    transaction = Transaction()
    transaction.claim(f"cluster/{pod.id}/{cluster.name}", cluster.id, taken)
    transaction.create(cluster)
    enter(transaction, Pod, pod.id)
    transaction.commit()
    return Listing("cluster", [show(cluster)], 1)
