"""Taking a guest out of the records, with everything that only it has."""

from __future__ import annotations

from functions.compute import _capacity, _instance_group
from functions.compute._addresses import disconnect
from javelin.contract.errors import ConcurrentOperation
from javelin.data import affinity, limits
from javelin.data.owned_amounts import tagged_amounts
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction


def undeploy(transaction: Transaction, machine: VirtualMachine, volumes: list[Volume]) -> None:
    """Delete the guest, its volumes and addresses, and give back all that they were promised, with the transaction."""
    _capacity.give_back(transaction, machine)
    disconnect(transaction, machine)
    _instance_group.leave(transaction, machine)
    affinity.leave(transaction, machine, affinity.groups_of(machine))
    promised: dict[str, int] = {}
    for volume in volumes:
        if volume.pool_id:
            promised[volume.pool_id] = promised.get(volume.pool_id, 0) + int(volume.size)
        transaction.delete(volume)
    for pool_id, size in promised.items():
        transaction.update(StoragePool(pool_id), [StoragePool.allocated.add(-size)])
    transaction.update(Template(machine.template_id), [Template.users.add(-1)])
    tagged = tagged_amounts(
        ("VirtualMachine", machine.attribute_values), *(("Volume", volume.attribute_values) for volume in volumes)
    )
    limits.give_back(
        transaction, machine, tagged, user_vm=1, volume=len(volumes), cpu=int(machine.cpus),
        memory=int(machine.memory_mib), primary_storage=sum(int(volume.size) for volume in volumes),
    )  # fmt: skip
    moved = ConcurrentOperation("The guest was moved with its domain just now; look again and repeat.")
    transaction.delete(machine, limits.in_place(machine), moved)
