"""Having a network's router forget a guest."""

from __future__ import annotations

from functions.network._commands import apply_network
from functions.network._placing import tell
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask, Run


def withdraw(run: Run) -> Ask | None:
    """The guest is the job's, `run.item` the network's id. A host that is away hears of it when it is back; nobody
    waits for that: a router that comes back for a lost one is told of the guests that there are."""
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
        tell(run.job, home.id, command, f"withdraw/{network.id}")
    return None
