"""Have a host delete the volumes of a guest that is expunged.

There is no undo: what is deleted cannot come back. A repeat finds nothing to delete, which is success.
"""

from __future__ import annotations

from functions.storage._hosts import reaching
from javelin.data.records.host import Host
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import DeleteVolumes, Pool, VolumeRef


def do(run: Run) -> Ask | None:
    """Volumes that are on no pool were never made; there is nothing to ask for them."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    if machine is None:
        return None
    placed = [volume for volume in Volume.load_all(machine.volume_ids) if volume.pool_id]
    if not placed:
        return None
    pools = {pool.id: pool for pool in StoragePool.load_all(volume.pool_id for volume in placed)}
    there = [volume for volume in placed if volume.pool_id in pools]
    if not there:
        return None
    near = (*(volume.host_id for volume in there), machine.host_id, machine.last_host_id)
    host = reaching(list(pools.values()), machine.zone_id, near)
    refs = tuple(
        VolumeRef(id=volume.id, pool=Pool(id=volume.pool_id, path=pools[volume.pool_id].path)) for volume in there
    )
    return Ask(host.id, DeleteVolumes(volumes=refs))


handler = step(
    do, asks_hosts=True, grants=[VirtualMachine.read, Volume.read, StoragePool.read, Host.read, Sequence.read]
)
