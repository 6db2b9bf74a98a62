"""Have every host that knows a network forget it. Undo ends the job and leaves a network that can be used again, or
deleted again: whatever a host has forgotten comes back with its next guest.
"""

from __future__ import annotations

from functions.network._placing import tell
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import RemoveNetwork

LISTENING = ("Up", "Disconnected")


def do(run: Run) -> Ask | None:
    """The router's host is waited for, the others do it in their time."""
    network = Network.find(str(run.job.resource_id))
    if network is None:
        return None
    command = RemoveNetwork(network=network.id)
    home = None
    for host in Host.load_all({*network.members.as_dict(), *filter(None, [network.router_host_id])}):
        if host.id == network.router_host_id and host.state == "Up":
            home = host
        elif host.state in LISTENING:
            tell(run.job, host.id, command, f"remove/{host.id}")
    return Ask(home.id, command) if home else None


def undo(run: Run) -> None:
    """The router is said to need a restart: part of it may be gone."""
    if run.job.ended:
        return
    network = Network.find(str(run.job.resource_id))
    transaction = Transaction()
    if network is not None:
        state = "Implemented" if network.router_host_id else "Allocated"
        back = [Network.state.set(state), Network.restart_required.set(bool(network.router_host_id))]
        transaction.update(network, back, Network.state == "Destroy")
    jobs.fail(run.job, transaction, run.failure, "NETWORK.DELETE", "Deleting a network", then="delete it again")


handler = step(do, undo, asks_hosts=True, grants=[Network.write, Host.read, *jobs.END_JOB])
