"""Have the host define and start the guest. Undo has the host forget it."""

from __future__ import annotations

from typing import Any

from javelin.contract.errors import ResourceUnavailable
from javelin.data.fetch import Fetched, fetch
from javelin.data.records.network import Network
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import hosts
from javelin.messaging.host_commands import DestroyDomain, Disk, Domain, Nic, Pool, Segment, StartDomain, VolumeRef


def do(run: Run) -> Ask:
    """The domain as the records describe it."""
    machine = VirtualMachine.require(str(run.job.resource_id))
    if not machine.host_id:
        raise ResourceUnavailable(f"Virtual machine {machine.name} has no host; start it again.")
    volumes = Volume.load_all(machine.volume_ids)
    found = fetch(
        [*((StoragePool, volume.pool_id) for volume in volumes), *((Network, nic["networkid"]) for nic in machine.nics)]
    )
    domain = Domain(
        id=machine.id, name=machine.instance_name, vcpus=int(machine.cpus), mhz=int(machine.mhz),
        memory_mib=int(machine.memory_mib), keyboard=machine.keyboard,
        disks=tuple(_disk(position, volume, found) for position, volume in enumerate(volumes)),
        nics=tuple(_nic(position, nic, found, machine) for position, nic in enumerate(machine.nics)),
    )  # fmt: skip
    if machine.last_host_id and machine.last_host_id != machine.host_id:
        hosts.send(
            DestroyDomain(domain=machine.id), host=machine.last_host_id, resource=machine.id, fence=int(run.job.fence),
            command_id=f"{run.job.id}/forget/{machine.last_host_id}",
        )  # fmt: skip
    return Ask(machine.host_id, StartDomain(domain=domain))


def undo(run: Run) -> Ask | None:
    """Whatever the host did of it, it forgets."""
    machine = VirtualMachine.find(str(run.job.resource_id))
    if machine is None or not machine.host_id:
        return None
    return Ask(machine.host_id, DestroyDomain(domain=machine.id))


def _disk(position: int, volume: Volume, found: Fetched) -> Disk:
    pool: StoragePool = found.require(StoragePool, str(volume.pool_id))
    return Disk(volume=VolumeRef(id=volume.id, pool=Pool(id=pool.id, path=pool.path)), position=position)


def _nic(position: int, nic: dict[str, Any], found: Fetched, machine: VirtualMachine) -> Nic:
    network: Network = found.require(Network, nic["networkid"])
    peers = tuple(sorted(address for host, address in network.members.as_dict().items() if host != machine.host_id))
    segment = Segment.model_validate(
        {
            "network": network.id,
            "vni": int(network.vni) if network.vni else None,
            "uplink": network.uplink,
            "peers": peers if network.vni else (),
            "revision": int(network.revision),
        }
    )
    return Nic.model_validate(
        {"id": nic["id"], "mac": nic["macaddress"], "ip": nic["ipaddress"], "segment": segment, "position": position}
    )


handler = step(do, undo, grants=[VirtualMachine.read, Volume.read, StoragePool.read, Network.read], asks_hosts=True)
