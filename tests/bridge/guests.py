"""Payloads of guests and volumes for the bridge's tests."""

from __future__ import annotations

import uuid
from pathlib import Path

from javelin.messaging.host_commands import Disk, Domain, Nic, Pool, Segment, VolumeRef


def new_id() -> str:
    return str(uuid.uuid4())


def a_domain(pool: Pool | None = None, volume: str | None = None, nic: bool = False, memory_mib: int = 16) -> Domain:
    """A small guest with one disk, and with one NIC on an own segment if asked."""
    ref = VolumeRef(id=volume or new_id(), pool=pool or Pool(id=new_id(), path="/nowhere"))
    nics = (Nic(id=new_id(), mac="02:00:00:00:00:01", segment=Segment(network=new_id()), position=0),) if nic else ()
    id_ = new_id()
    return Domain(
        id=id_,
        name=f"t-{id_[:8]}",
        vcpus=1,
        mhz=500,
        memory_mib=memory_mib,
        disks=(Disk(volume=ref, position=0),),
        nics=nics,
    )


def disk_paths(domain: Domain, path: Path | str) -> dict[str, str]:
    return {disk.volume.id: str(path) for disk in domain.disks}
