"""Nothing is left on hosts: take the guest out of the records and end the job.

A guest that a host was asked to forget has no way back; undo has it expunged again, soon.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from functions.compute import _capacity
from functions.compute._undeploy import undeploy
from functions.compute._virtual_machine import show
from javelin.data import limits
from javelin.data.records.address import Address
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.claim import Claim
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.network import Network
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step
from javelin.messaging import objects

AGAIN = 300  # seconds until a failed expunge is begun anew
GOES_ON = "it is expunged again in some minutes"


def do(run: Run) -> None:
    """The last that is seen of the guest is in the job's result."""
    if run.job.ended:
        return
    transaction = Transaction()
    machine = VirtualMachine.find(str(run.job.resource_id))
    if machine is None:
        jobs.succeed(run.job, transaction, None, None, _event(run), f"Expunged virtual machine {run.job.resource_id}")
        return
    undeploy(transaction, machine, Volume.load_all(machine.volume_ids))
    machine.state, machine.updated = "Expunging", datetime.now(UTC)
    shown = show(machine, admin=run.job.role_type in ("Admin", "ResourceAdmin"))
    asked_for_it = run.job.command == "destroyVirtualMachine"
    words = f"Expunged virtual machine {machine.name}"
    name, answer = ("virtualmachine", shown) if asked_for_it else (None, None)
    if machine.has_user_data:
        objects.delete(machine.user_data_key)
    jobs.succeed(run.job, transaction, name, answer, _event(run), words)


def undo(run: Run) -> None:
    """As it was if no host was asked yet. Else there is no way back: it is expunged again without being asked for."""
    if run.job.ended:
        return
    transaction = Transaction()
    machine = VirtualMachine.find(str(run.job.resource_id))
    before = (run.job.request or {}).get("before", "Expunging")
    untouched = run.job.asked is None and before != "Expunging"
    if machine is not None:
        due = [
            VirtualMachine.expunge_shard.set(machine.id[-1]),
            VirtualMachine.expunge_at.set(int(time.time()) + AGAIN),
        ]
        transaction.update(
            machine, [VirtualMachine.state.set(before)] if untouched else due, VirtualMachine.state == "Expunging"
        )
    words, then = f"Expunging virtual machine {run.job.resource_id}", jobs.UNDONE if untouched else GOES_ON
    jobs.fail(run.job, transaction, run.failure, _event(run), words, then)


def _event(run: Run) -> str:
    """What the job was said to be when it was scheduled: whoever waits for its end looks for that."""
    return "VM.DESTROY" if run.job.command == "destroyVirtualMachine" else "VM.EXPUNGE"


handler = step(
    do, undo, environment=[objects.BUCKET],
    grants=[
        VirtualMachine.write, Volume.write, *_capacity.CHANGE_CAPACITY, AffinityGroup.write, InstanceGroup.write,
        StoragePool.write, Address.write, Network.write, *limits.COUNT,
        Template.write, Claim.write, *jobs.END_JOB, objects.may("Delete", "userdata/"),
    ],
)  # fmt: skip
