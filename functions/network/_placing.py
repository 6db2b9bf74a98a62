"""Where a network is: the host of its router, and the hosts that have guests of it."""

from __future__ import annotations

from dataclasses import dataclass

from functions.network._commands import segment
from functions.network._public_ip import take_source_nat
from javelin.contract.errors import ResourceUnavailable
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.sequence import Sequence
from javelin.data.records.vlan_range import VlanRange
from javelin.messaging import hosts
from javelin.messaging.host_commands import Command, RemoveNetwork, Segment, UpdateSegment

SETTLE = (Network.write, Host.read, PublicAddress.write, VlanRange.read, *limits.COUNT, Sequence.read)


@dataclass(frozen=True)
class Settled:
    """Whether the router is new on its host, which must then be told of every guest."""

    moved: bool


def settle_router(job: Job, network: Network, near: Host) -> Settled:
    """Give the network a router on `near` if it has none, or if the host of its router is lost.

    Two guests may do this at once: the first write wins, and both go on with what it says. A lost host that comes back
    is told to drop the router that it had.
    """
    before = network.router_host_id
    if before:
        home = near if before == near.id else Host.find(before)
        if home is not None and home.state == "Up":
            return Settled(moved=False)
        if home is not None and home.state != "Down":
            raise ResourceUnavailable(
                f"Host {home.name}, which runs the router of network {network.name}, is {home.state}; wait until it is"
                " back, or until it is known to be Down and the router may move."
            )
    if near.state != "Up":
        raise ResourceUnavailable(f"Host {near.name} is not up; nothing can run the router of {network.name} now.")
    unchanged = Network.router_host_id.does_not_exist() if before is None else Network.router_host_id == before
    changes = [Network.router_host_id.set(near.id), Network.state.set("Implemented")]
    if network.router_id is None:
        changes.append(Network.router_id.set(new_id()))
    if network.change(*changes, when=unchanged & (Network.state != "Destroy")):
        if before:
            tell(job, before, RemoveNetwork(network=network.id, router_only=True), f"leave/{network.id}")
    else:
        network.refresh(consistent_read=True)
        if network.router_host_id is None:
            raise ResourceUnavailable(f"Network {network.name} is being deleted; use another.")
    take_source_nat(network)
    return Settled(moved=True)


def join(job: Job, network: Network, host: Host) -> None:
    """Note that the host has guests of the network, and tell the other hosts so that their segments reach it.

    The router's host is left out: it is asked for something else at once, which tells it too.
    """
    if network.members.as_dict().get(host.id) == host.address:
        return
    network.change(Network.members[host.id].set(host.address), Network.revision.add(1))
    if not network.vni:
        return
    for member in network.members.as_dict():
        if member not in (host.id, network.router_host_id):
            update = UpdateSegment(segment=Segment.model_validate(segment(network, member)))
            tell(job, member, update, f"peers/{network.id}/{int(network.revision)}/{member}")


def tell(job: Job, host_id: str, command: Command, name: str) -> None:
    """Leave a command in a host's queue without waiting for it; a host that is away for a day never does it."""
    hosts.send(
        command, host=host_id, command_id=f"{job.id}/{name}", resource=str(job.resource_id), fence=int(job.fence),
        patience=hosts.RETENTION,
    )  # fmt: skip
