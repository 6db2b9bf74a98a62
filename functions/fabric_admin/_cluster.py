"""How a cluster is shown."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._capacity import CapacityResponse
from javelin.contract.responses import AnnotatedResponse
from javelin.data.records.cluster import Cluster


class ClusterResponse(AnnotatedResponse):
    """A cluster."""

    id: str = Field(description="The cluster's id")
    name: str = Field(description="The cluster's name")
    podid: str = Field(description="The pod that it is in")
    podname: str = Field(description="The pod's name")
    zoneid: str = Field(description="The zone that it is in")
    zonename: str = Field(description="The zone's name")
    hypervisortype: str = Field(description="What its hosts run guests with: KVM or Simulator")
    clustertype: str = Field(description="CloudManaged")
    allocationstate: str = Field(description="Enabled when guests can be placed in it")
    managedstate: str = Field("Managed", description="Whether the cloud uses its hosts")
    cpuovercommitratio: str = Field(description="How many times its CPU may be promised")
    memoryovercommitratio: str = Field(description="How many times its memory may be promised")
    arch: str = Field(description="The processors of its hosts")
    resourcedetails: dict[str, str] = Field(description="The ratios, under the names of their settings")
    capacity: list[CapacityResponse] | None = Field(None, description="What it has, when asked for")


def show(cluster: Cluster, capacity: list[CapacityResponse] | None = None) -> ClusterResponse:
    """A cluster with its ratios."""
    cpu, memory = str(float(cluster.cpu_overcommit)), str(float(cluster.memory_overcommit))
    return ClusterResponse(
        hasannotations=bool(cluster.notes),
        id=cluster.id, name=cluster.name, podid=cluster.pod_id, podname=cluster.pod_name, zoneid=cluster.zone_id,
        zonename=cluster.zone_name, hypervisortype=cluster.hypervisor, clustertype=cluster.cluster_type,
        allocationstate=cluster.allocation_state, cpuovercommitratio=cpu, memoryovercommitratio=memory, arch=cluster.arch,
        resourcedetails={"cpuOvercommitRatio": cpu, "memoryOvercommitRatio": memory}, capacity=capacity,
    )  # fmt: skip
