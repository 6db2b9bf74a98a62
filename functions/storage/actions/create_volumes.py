"""Have the host make the volumes that a guest lacks. Undo has it delete them."""

from __future__ import annotations

from javelin.data.fetch import Fetched, fetch
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume as VolumeRecord
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import objects
from javelin.messaging.host_commands import CreateVolumes, DeleteVolumes, Image, Pool, Volume, VolumeRef


def do(run: Run) -> Ask | None:
    """Volumes in state Creating; the others are there."""
    machine = VirtualMachine.require(str(run.job.resource_id))
    volumes = _new(machine)
    if not volumes or not machine.host_id:
        return None
    found = fetch(
        [
            *((StoragePool, volume.pool_id) for volume in volumes),
            *((Template, volume.template_id) for volume in volumes),
        ]
    )
    wanted = tuple(
        Volume(id=volume.id, pool=_pool(volume, found), size=int(volume.size), image=_image(volume, found))
        for volume in volumes
    )
    return Ask(machine.host_id, CreateVolumes(volumes=wanted))


def undo(run: Run) -> Ask | None:
    """Deleting what was never made is success."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    if machine is None or not machine.host_id:
        return None
    volumes = _new(machine)
    if not volumes:
        return None
    found = fetch((StoragePool, volume.pool_id) for volume in volumes)
    made = tuple(VolumeRef(id=volume.id, pool=_pool(volume, found)) for volume in volumes)
    return Ask(machine.host_id, DeleteVolumes(volumes=made))


def _new(machine: VirtualMachine) -> list[VolumeRecord]:
    return [volume for volume in VolumeRecord.load_all(machine.volume_ids) if volume.state == "Creating"]


def _pool(volume: VolumeRecord, found: Fetched) -> Pool:
    pool: StoragePool = found.require(StoragePool, str(volume.pool_id))
    return Pool(id=pool.id, path=pool.path)


def _image(volume: VolumeRecord, found: Fetched) -> Image | None:
    if volume.template_id is None:
        return None
    template: Template = found.require(Template, volume.template_id)
    return Image(
        id=template.id,
        url=objects.address(template.object_key),
        sha256=template.sha256,
        virtual_size=int(template.size),
    )


handler = step(
    do, undo, asks_hosts=True, environment=[objects.BUCKET],
    grants=[VirtualMachine.read, VolumeRecord.read, StoragePool.read, Template.read, objects.may("Get", "templates/")],
)  # fmt: skip
