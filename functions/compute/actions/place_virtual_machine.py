"""Place a guest: choose host and pools and promise their room to it. Undo gives everything back and ends the job."""

from __future__ import annotations

from functions.compute import _capacity, _planner
from functions.compute._undeploy import undeploy
from javelin.contract.errors import ApiError, ResourceUnavailable
from javelin.data import limits
from javelin.data.records.address import Address
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.claim import Claim
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step
from javelin.messaging import objects

ADMINS = ("Admin", "ResourceAdmin")


class HostFilledUp(ApiError):
    """The host or pool lost its room between planning and promising."""


def do(run: Run) -> None:
    """Placed already is success."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    if machine is None:
        raise ResourceUnavailable("The virtual machine was removed while its job waited; nothing was done.")
    if int(run.job.attempt) > 1 and machine.has_user_data and objects.size(machine.user_data_key) is None:
        raise ResourceUnavailable(
            "The job was lost while it was being undone, and its user data is gone; deploy again."
        )
    if machine.host_id:
        return
    volumes = Volume.load_all(machine.volume_ids)
    full: set[str] = set()
    while True:
        decision = _planner.plan(machine, volumes, avoid=frozenset(full))
        if decision.host is None:
            run.job.change(Job.plan.set(decision.record()))
            raise decision.refusal(machine, admin=run.job.role_type in ADMINS)
        try:
            _promise(run.job, machine, volumes, decision)
        except HostFilledUp:
            full.add(decision.host.id)
            continue
        return


def _promise(job: Job, machine: VirtualMachine, volumes: list[Volume], decision: _planner.Decision) -> None:
    host = decision.host
    assert host is not None
    filled = HostFilledUp(f"Host {host.name} filled up.")
    transaction = Transaction()
    _capacity.promise(transaction, machine, host, filled)
    sizes: dict[str, int] = {}
    for volume in volumes:
        pool = decision.pools.get(volume.id)
        if pool is None:
            continue
        sizes[pool.id] = sizes.get(pool.id, 0) + int(volume.size)
        place = [Volume.pool_id.set(pool.id), Volume.pool_name.set(pool.name), Volume.state.set("Creating")]
        if pool.scope == "HOST":
            place.append(Volume.host_id.set(host.id))
        transaction.update(volume, place, Volume.pool_id.does_not_exist())
    for pool in {pool.id: pool for pool in decision.pools.values()}.values():
        size = sizes[pool.id]
        transaction.update(pool, [StoragePool.allocated.add(size)], StoragePool.allocated <= pool.limit - size, filled)
    placed = [VirtualMachine.host_id.set(host.id), VirtualMachine.host_name.set(host.name)]
    if root := decision.pools.get(machine.root_volume_id):
        placed.append(VirtualMachine.pool_type.set(root.type))
    unplaced = VirtualMachine.host_id.does_not_exist() & (VirtualMachine.state == "Starting")
    transaction.update(machine, placed, unplaced)
    transaction.update(job, [Job.plan.set(decision.record())])
    transaction.commit()


def undo(run: Run) -> None:
    """A failed deploy leaves nothing; a failed start leaves the guest stopped, as it was."""
    if run.job.ended:
        return
    machine = VirtualMachine.find(str(run.job.resource_id))
    transaction = Transaction()
    if machine is None:
        jobs.fail(run.job, transaction, run.failure, "VM.CREATE", "Deploying a virtual machine")
        return
    volumes = Volume.load_all(machine.volume_ids)
    if run.job.command == "deployVirtualMachine":
        undeploy(transaction, machine, volumes)
        if machine.has_user_data:
            objects.delete(machine.user_data_key)
        jobs.fail(run.job, transaction, run.failure, "VM.CREATE", f"Deploying virtual machine {machine.name}")
        return
    _capacity.give_back(transaction, machine)
    stopped = [
        VirtualMachine.state.set("Stopped"), VirtualMachine.host_id.remove(), VirtualMachine.host_name.remove(),
        VirtualMachine.fence.set(int(run.job.fence)),
    ]  # fmt: skip
    for volume in volumes:
        if volume.state == "Creating":
            transaction.update(StoragePool(volume.pool_id), [StoragePool.allocated.add(-int(volume.size))])
            unplaced = [Volume.pool_id.remove(), Volume.pool_name.remove(), Volume.host_id.remove(),
                        Volume.state.set("Allocated")]  # fmt: skip
            transaction.update(volume, unplaced)
            if volume.id == machine.root_volume_id:
                stopped.append(VirtualMachine.pool_type.remove())
    transaction.update(machine, stopped)
    jobs.fail(run.job, transaction, run.failure, "VM.START", f"Starting virtual machine {machine.name}")


handler = step(
    do, undo, environment=[objects.BUCKET],
    grants=[
        VirtualMachine.write, Volume.write, *_capacity.CHANGE_CAPACITY, AffinityGroup.write, InstanceGroup.write,
        StoragePool.write, Address.write, Network.write, *limits.COUNT,
        Template.write, Claim.write, *jobs.END_JOB, objects.may("Delete", "userdata/"), objects.LOOK,
    ],
)  # fmt: skip
