"""Make a network know a guest: its address, name, metadata. The network's router comes to be with its first guest.

Undo has the router forget the guest; the network stays.
"""

from __future__ import annotations

from functions.network._commands import all_guests, apply_network, guest
from functions.network._placing import SETTLE, join, settle_router
from functions.network._withdraw import withdraw
from javelin.contract.errors import ResourceUnavailable
from javelin.data.fetch import fetch
from javelin.data.records.address import Address
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import guest_passwords, objects


def do(run: Run) -> Ask:
    """`run.item` is the network's id."""
    guest_id, network_id = str(run.job.resource_id), str(run.item)
    found = fetch([(VirtualMachine, guest_id), (Network, network_id)])
    machine: VirtualMachine = found.require(VirtualMachine, guest_id)
    network: Network = found.require(Network, network_id)
    if not machine.host_id:
        raise ResourceUnavailable(f"Virtual machine {machine.name} has no host; start it again.")
    host = Host.require(machine.host_id)
    join(run.job, network, host)
    password = guest_passwords.give(run.job, machine)
    if settle_router(run.job, network, host).moved:
        guests = all_guests(network, {machine.id: password})
    else:
        nic = next(nic for nic in machine.nics if nic["networkid"] == network.id)
        guests = [guest(machine, nic, password)]
    return Ask(str(network.router_host_id), apply_network(network, guests=guests))


def undo(run: Run) -> Ask | None:
    """A stopped guest keeps its address in the records; only the host forgets."""
    return withdraw(run)


handler = step(
    do, undo, asks_hosts=True, environment=[objects.BUCKET],
    grants=[*SETTLE, VirtualMachine.read, Address.read, objects.may("Get", "userdata/")],
)  # fmt: skip
