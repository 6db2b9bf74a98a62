"""deleteCluster: let go of a cluster that has no hosts."""

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
from javelin.data.records.host import Host
from javelin.data.records.pod import Pod
from javelin.data.records.storage_pool import StoragePool
from javelin.data.transaction import Transaction


class DeleteCluster(Request):
    """Deletes a cluster without hosts and storage pools."""

    id: Uuid = Field(description="The cluster")


@operation(
    DeleteCluster,
    roles=ROOT,
    grants=[Cluster.write, Pod.write, Claim.write, Dedication.write, Host.read, StoragePool.read],
    event="CLUSTER.DELETE",
)
def handler(request: DeleteCluster, caller: Caller) -> Success:
    """Nothing is in it any more."""
    cluster = Cluster.require(request.id)
    hosts = Host.load_all(row.id for row in Host.by_zone.query(cluster.zone_id))
    pools = StoragePool.load_all(row.id for row in StoragePool.by_zone.query(cluster.zone_id))
    inside = [host.name for host in hosts if host.cluster_id == cluster.id]
    inside += [pool.name for pool in pools if pool.cluster_id == cluster.id]
    if inside:
        raise ResourceInUse(f"Cluster {cluster.name} has {', '.join(inside[:10])}; delete what is in it first.")
    transaction = Transaction()
    busy = ResourceInUse(f"Cluster {cluster.name} got a host or pool meanwhile, or is gone; look again, then repeat.")
    transaction.delete(cluster, holds(Cluster), busy)
    leave(transaction, Pod, cluster.pod_id)
    transaction.delete(Dedication(cluster.id))
    transaction.release(f"cluster/{cluster.pod_id}/{cluster.name}")
    transaction.commit()
    return Success()
