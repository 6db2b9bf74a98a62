"""deletePod: let go of a pod that has no clusters."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import holds, leave
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.dedication import Dedication
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of


class DeletePod(Request):
    """Deletes a pod without clusters."""

    id: Uuid = Field(description="The pod")


@operation(
    DeletePod,
    roles=ROOT,
    grants=[Pod.write, Zone.write, Claim.write, Dedication.write, Cluster.read, Sequence.read],
    event="POD.DELETE",
)
def handler(request: DeletePod, caller: Caller) -> Success:
    """Nothing is in it any more."""
    pod = Pod.require(request.id)
    clusters = [cluster for ids in ids_of(Cluster) for cluster in Cluster.load_all(ids)]
    inside = [cluster.name for cluster in clusters if cluster.pod_id == pod.id]
    if inside:
        raise ResourceInUse(f"Pod {pod.name} has the clusters {', '.join(inside[:10])}; delete them first.")
    transaction = Transaction()
    busy = ResourceInUse(f"Pod {pod.name} got a cluster meanwhile, or is gone; look again, then repeat.")
    transaction.delete(pod, holds(Pod), busy)
    leave(transaction, Zone, pod.zone_id)
    transaction.delete(Dedication(pod.id))
    transaction.release(f"pod/{pod.zone_id}/{pod.name}")
    transaction.commit()
    return Success()
