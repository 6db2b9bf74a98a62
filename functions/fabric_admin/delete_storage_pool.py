"""deleteStoragePool: let go of a pool that has no volumes."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import leave, leave_if_there
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class DeleteStoragePool(Request):
    """Deletes a pool without volumes. Its directory stays on the hosts."""

    id: Uuid = Field(description="The pool")
    forced: Flag = Field(False, description="Taken for older clients; volumes must be deleted or moved in any case")


@operation(
    DeleteStoragePool,
    roles=ROOT,
    grants=[StoragePool.write, Claim.write, Cluster.write, Host.write, Zone.write, *ANNOUNCE],
    event="STORAGE.POOL.DELETE",
)
def handler(request: DeleteStoragePool, caller: Caller) -> Success:
    """Nothing is promised of it any more."""
    pool = StoragePool.require(request.id)
    busy = ResourceInUse(f"Storage pool {pool.name} has volumes; delete or move them, then repeat.")
    transaction = Transaction()
    transaction.delete(pool, StoragePool.allocated == 0, busy)
    leave(transaction, *((Cluster, pool.cluster_id) if pool.cluster_id else (Zone, pool.zone_id)))
    if pool.host_id:
        leave_if_there(transaction, Host, pool.host_id)
    transaction.release(f"pool/{pool.host_id or pool.cluster_id or pool.zone_id}{pool.path}")
    transaction.commit()
    said = f"{caller.account} deleted storage pool {pool.name}"
    announce(of_cloud("STORAGE.POOL.DELETE", said, resource_type="StoragePool", resource_id=pool.id))
    return Success()
