"""deleteHost: let go of a host that has no guests."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import holds, leave
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.dedication import Dedication
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.host_status import HostStatus
from javelin.data.records.storage_pool import StoragePool
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud
from javelin.messaging.hosts import OPEN_QUEUE, close_queue


class DeleteHost(Request):
    """Deletes a host without guests: its bridge gets no commands and no credentials any more."""

    id: Uuid = Field(description="The host")
    forced: Flag = Field(
        False, description="Taken for older clients; guests must be stopped or moved first in any case"
    )
    forcedestroylocalstorage: Flag = Field(False, description="Taken for older clients; delete its pools first")


@operation(
    DeleteHost, roles=OPERATORS,
    grants=[Host.write, Cluster.write, HostKey.write, HostStatus.write, Claim.write, Dedication.write, StoragePool.read,
            OPEN_QUEUE, *ANNOUNCE],
    event="HOST.DELETE",
)  # fmt: skip
def handler(request: DeleteHost, caller: Caller) -> Success:
    """The key goes with the host, so that nothing in its name is believed."""
    host = Host.require(request.id)
    pools = StoragePool.load_all(row.id for row in StoragePool.by_zone.query(host.zone_id))
    own = [pool.name for pool in pools if pool.host_id == host.id]
    if own:
        raise ResourceInUse(f"Host {host.name} has the storage pools {', '.join(own)}; delete them first.")
    busy = ResourceInUse(f"Host {host.name} has guests, or got a storage pool meanwhile; look again, then repeat.")
    transaction = Transaction()
    transaction.delete(host, (Host.guests == 0) & holds(Host), busy)
    transaction.delete(Dedication(host.id))
    transaction.delete(HostKey(host.id))
    transaction.delete(HostStatus(host.id))
    leave(transaction, Cluster, host.cluster_id)
    transaction.release(f"host/{host.zone_id}/{host.name}")
    transaction.commit()
    close_queue(host.id)
    said = f"{caller.account} deleted host {host.name}"
    announce(of_cloud("HOST.DELETE", said, resource_type="Host", resource_id=host.id))
    return Success()
