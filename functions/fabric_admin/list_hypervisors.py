"""listHypervisors: what guests are run with."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.records.cluster import Cluster
from javelin.data.records.sequence import Sequence
from javelin.data.walk import ids_of


class ListHypervisors(Request):
    """Lists the kinds of hypervisor that there are."""

    zoneid: Uuid | None = Field(None, description="Only those of this zone's clusters")


class HypervisorResponse(Response):
    """A kind of hypervisor."""

    name: str = Field(description="KVM or Simulator")


@operation(
    ListHypervisors, roles=EVERYONE, grants=[Cluster.read, Sequence.read], answers=HypervisorResponse,
    object_name="hypervisor",
)  # fmt: skip
def handler(request: ListHypervisors, caller: Caller) -> Listing:
    """KVM always; others where there are clusters of them."""
    clusters = [cluster for ids in ids_of(Cluster) for cluster in Cluster.load_all(ids)]
    kinds = {cluster.hypervisor for cluster in clusters if request.zoneid in (None, cluster.zone_id)}
    if request.zoneid is None:
        kinds.add("KVM")
    return Listing("hypervisor", [HypervisorResponse(name=kind) for kind in sorted(kinds)], len(kinds))
