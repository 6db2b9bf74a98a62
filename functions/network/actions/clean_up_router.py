"""Remove a network's router when a restart asks for that. There is no undo: the next step makes it anew."""

from __future__ import annotations

from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.flow.steps import Ask, Run, step
from javelin.messaging.host_commands import RemoveNetwork


def do(run: Run) -> Ask | None:
    """A router on a host that is lost is not waited for; the next step moves it."""
    network = Network.require(str(run.job.resource_id))
    if not (run.job.request or {}).get("cleanup") or not network.router_host_id:
        return None
    home = Host.find(network.router_host_id)
    if home is None or home.state != "Up":
        return None
    return Ask(home.id, RemoveNetwork(network=network.id, router_only=True))


handler = step(do, asks_hosts=True, grants=[Network.read, Host.read])
