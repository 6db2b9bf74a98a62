"""What a guest is promised of a host, taken and given back in transactions."""

from __future__ import annotations

from functions.compute import _dedicated
from javelin.contract.errors import ApiError
from javelin.contract.grants import Grant
from javelin.data import affinity
from javelin.data.records.affinity_place import AffinityPlace
from javelin.data.records.host import Host
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction

CHANGE_CAPACITY: tuple[Grant, ...] = (Host.write, AffinityPlace.write)


def promise(transaction: Transaction, machine: VirtualMachine, host: Host, otherwise: ApiError) -> None:
    """Count the guest on the host, if it still takes guests, has the room that was read, and the guest's groups allow it."""
    mhz, mib = int(machine.cpus) * int(machine.mhz), int(machine.memory_mib)
    room = (
        (Host.state == "Up")
        & (Host.resource_state == "Enabled")
        & _dedicated.still_so(host)
        & (Host.cpu_used_mhz <= host.cpu_limit_mhz - mhz)
        & (Host.memory_used_mib <= host.memory_limit_mib - mib)
    )
    changes = [Host.cpu_used_mhz.add(mhz), Host.memory_used_mib.add(mib), Host.guests.add(1)]
    transaction.update(host, changes, room, otherwise)
    affinity.settle(transaction, machine, host.id, otherwise)


def give_back(transaction: Transaction, machine: VirtualMachine) -> None:
    """Count the guest no longer on the host where its record says it is; the caller clears `host_id` with it."""
    if not machine.host_id:
        return
    mhz, mib = int(machine.cpus) * int(machine.mhz), int(machine.memory_mib)
    changes = [Host.cpu_used_mhz.add(-mhz), Host.memory_used_mib.add(-mib), Host.guests.add(-1)]
    transaction.update(Host(machine.host_id), changes)
    affinity.unsettle(transaction, machine)
