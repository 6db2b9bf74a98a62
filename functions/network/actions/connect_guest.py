"""Make a network know a guest: its address, name, metadata. The network's router comes to be with its first guest.

Undo has the router forget the guest; the network stays.
"""

from __future__ import annotations

from functions.network._commands import all_guests, apply_network, guest, join, settle_router
from javelin.contract.errors import ResourceUnavailable
from javelin.data.records.address import Address
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import objects


def do(run: Run) -> Ask:
    """`run.item` is the network's id."""
    machine = VirtualMachine.require(str(run.job.resource_id))
    network = Network.require(str(run.item))
    if not machine.host_id:
        raise ResourceUnavailable(f"Virtual machine {machine.name} has no host; start it again.")
    host = Host.require(machine.host_id)
    join(network, host)
    moved = settle_router(network, host)
    if moved:
        return Ask(str(network.router_host_id), apply_network(network, guests=all_guests(network), complete=True))
    nic = next(nic for nic in machine.nics if nic["networkid"] == network.id)
    return Ask(str(network.router_host_id), apply_network(network, guests=[guest(machine, nic)]))


def undo(run: Run) -> Ask | None:
    """A stopped guest keeps its address in the records; only the host forgets."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    network = Network.find(str(run.item))
    if machine is None or network is None or not network.router_host_id:
        return None
    gone = [nic["id"] for nic in machine.nics if nic["networkid"] == network.id]
    return Ask(network.router_host_id, apply_network(network, gone=gone))


handler = step(
    do, undo, asks_hosts=True, environment=[objects.BUCKET],
    grants=[VirtualMachine.read, Network.write, Host.read, Address.read, objects.may("Get", "userdata/")],
)  # fmt: skip
