"""Have a network's router be as the records say, on another host if its own is lost.

Undo ends the job and says that the network needs a restart; what the router did before, it may or may not do.
"""

from __future__ import annotations

from functions.network._commands import all_guests, apply_network
from functions.network._placing import SETTLE, settle_router
from functions.network._public_ip import take_source_nat
from javelin.contract.errors import ResourceUnavailable
from javelin.data.records.address import Address
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import objects


def do(run: Run) -> Ask:
    """Every guest is told to it again."""
    network = Network.require(str(run.job.resource_id))
    settle_router(run.job, network, _near(network))
    take_source_nat(network)
    return Ask(str(network.router_host_id), apply_network(network, guests=all_guests(network)))


def undo(run: Run) -> None:
    """Nothing is taken back: the records are what the router shall be."""
    if run.job.ended:
        return
    transaction = Transaction()
    network = Network.find(str(run.job.resource_id))
    if network is not None:
        transaction.update(network, [Network.restart_required.set(True)], Network.id.exists())
    jobs.fail(run.job, transaction, run.failure, "NETWORK.RESTART", "Restarting a network", then="restart it again")


def _near(network: Network) -> Host:
    """The router's own host, or the first one up among those that have guests of the network."""
    known = Host.load_all([*filter(None, [network.router_host_id]), *sorted(network.members.as_dict())])
    for host in known:
        if host.state == "Up":
            return host
    raise ResourceUnavailable(f"No host that has guests of network {network.name} is up; bring one back, then repeat.")


handler = step(
    do, undo, asks_hosts=True, environment=[objects.BUCKET],
    grants=[
        *SETTLE, VirtualMachine.read, Address.read, objects.may("Get", "userdata/"), *jobs.END_JOB,
    ],
)  # fmt: skip
