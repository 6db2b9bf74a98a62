"""Have the host make the volumes that a guest lacks. Undo has it delete them."""

from __future__ import annotations

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
    pools = _pools(volumes)
    wanted = tuple(
        Volume(id=volume.id, pool=pools[volume.pool_id], size=int(volume.size), image=_image(volume))
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
    pools = _pools(volumes)
    made = tuple(VolumeRef(id=volume.id, pool=pools[volume.pool_id]) for volume in volumes)
    return Ask(machine.host_id, DeleteVolumes(volumes=made))


def _new(machine: VirtualMachine) -> list[VolumeRecord]:
    return [volume for volume in VolumeRecord.load_all(machine.volume_ids) if volume.state == "Creating"]


def _pools(volumes: list[VolumeRecord]) -> dict[str, Pool]:
    found = StoragePool.load_all(volume.pool_id for volume in volumes)
    return {pool.id: Pool(id=pool.id, path=pool.path) for pool in found}


def _image(volume: VolumeRecord) -> Image | None:
    if volume.template_id is None:
        return None
    template = Template.require(volume.template_id)
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
