"""updateCluster: rename a cluster, or keep new guests out of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._cluster import ClusterResponse, show
from functions.fabric_admin._inside import CHANGE_INSIDE, tell_inside
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class UpdateCluster(Request):
    """Changes a cluster. A disabled one keeps its guests and gets no new ones."""

    id: Uuid = Field(description="The cluster")
    clustername: Text | None = Field(None, description="A name that no other cluster of the pod has")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] | None = Field(
        None, description="Enabled or Disabled"
    )
    hypervisor: Text | None = Field(None, description="Must be what its hosts are of")
    clustertype: Annotated[Text, OneOf(("CloudManaged",))] = Field("CloudManaged", description="CloudManaged")
    managedstate: Annotated[Text, OneOf(("Managed",))] = Field("Managed", description="Managed")
    arch: Annotated[Text, OneOf(("x86_64", "aarch64"))] | None = Field(None, description="x86_64 or aarch64")


@operation(
    UpdateCluster, roles=ROOT, grants=[Cluster.write, Claim.write, *CHANGE_INSIDE, *ANNOUNCE], answers=ClusterResponse,
    object_name="cluster", refuses=("externaldetails",),
    event="CLUSTER.EDIT",
)  # fmt: skip
def handler(request: UpdateCluster, caller: Caller) -> Item:
    """The cluster as it is then; its hosts follow."""
    cluster = Cluster.require(request.id)
    if request.hypervisor and request.hypervisor.lower() != cluster.hypervisor.lower():
        raise InvalidParameter(f"Cluster {cluster.name} is of {cluster.hypervisor} hosts, and stays so; add another.")
    transaction = Transaction()
    if request.clustername and request.clustername.lower() != cluster.name.lower():
        taken = InvalidParameter(f"There is a cluster {request.clustername} in the pod already; choose another name.")
        transaction.claim(f"cluster/{cluster.pod_id}/{request.clustername}", cluster.id, taken)
        transaction.release(f"cluster/{cluster.pod_id}/{cluster.name}")
    changes = {
        "name": request.clustername, "allocation_state": request.allocationstate, "arch": request.arch,
    }  # fmt: skip
    for name, value in changes.items():
        if value is not None:
            setattr(cluster, name, value)
    transaction.save(cluster)
    transaction.commit()
    tell_inside(cluster)
    said = f"{caller.account} changed cluster {cluster.name}"
    announce(of_cloud("CLUSTER.EDIT", said, resource_type="Cluster", resource_id=cluster.id))
    return Item("cluster", show(cluster))
