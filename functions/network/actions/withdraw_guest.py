"""Have a network's router forget a guest that is expunged.

There is no undo: the guest is going, and a router that forgot it too early does no harm to a guest without power.
"""

from __future__ import annotations

from functions.network._commands import apply_network
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import hosts


def do(run: Run) -> Ask | None:
    """`run.item` is the network's id. A host that is away hears of it when it is back; nobody waits for that."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    network = Network.find(str(run.item))
    if machine is None or network is None or not network.router_host_id:
        return None
    gone = [nic["id"] for nic in machine.nics if nic["networkid"] == network.id]
    home = Host.find(network.router_host_id)
    if not gone or home is None:
        return None
    command = apply_network(network, gone=gone)
    if home.state == "Up":
        return Ask(home.id, command)
    if home.state == "Disconnected":
        hosts.send(
            command, host=home.id, command_id=f"{run.job.id}/withdraw/{network.id}", resource=machine.id,
            fence=int(run.job.fence), patience=hosts.RETENTION,
        )  # fmt: skip
    return None


handler = step(do, asks_hosts=True, grants=[VirtualMachine.read, Network.read, Host.read])
