"""A whole real host: volumes, networks' filters and guests through the bridge's commands, and a daemon that dies."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge import commands
from bridge.host import Host
from bridge.hypervisor.base import Wiring
from bridge.hypervisor.boot_sector import HELLO, disk
from bridge.hypervisor.libvirt import LibvirtHypervisor
from bridge.journal import Journal
from bridge.network.simulated import SimulatedNetwork
from bridge.storage.directory import DirectoryStorage
from javelin.messaging.host_commands import (
    AttachPool,
    CreateVolumes,
    DeleteVolumes,
    DestroyDomain,
    Disk,
    Domain,
    DomainState,
    Image,
    Nic,
    OpenConsole,
    Pool,
    Segment,
    StartDomain,
    StopDomain,
    Volume,
    VolumeRef,
)
from tests.bridge.guests import a_domain, disk_paths, new_id
from tests.bridge.private_libvirt import PrivateLibvirt, a_private_libvirt
from tests.bridge.test_hypervisor_contract import eventually
from tests.bridge.web import a_web

pytestmark = pytest.mark.host
BRIDGE = "jbtest0"


@pytest.fixture
def libvirt(tmp_path: Path) -> Iterator[PrivateLibvirt]:
    with a_private_libvirt(tmp_path / "libvirt") as libvirt:
        yield libvirt


@pytest.fixture
def bridge() -> Iterator[str]:
    subprocess.run(["ip", "link", "add", BRIDGE, "type", "bridge"], check=True)
    subprocess.run(["ip", "link", "set", BRIDGE, "up"], check=True)
    yield BRIDGE
    subprocess.run(["ip", "link", "delete", BRIDGE], check=True)


def test_a_guest_from_image_to_console_and_away(libvirt: PrivateLibvirt, bridge: str, tmp_path: Path) -> None:
    hypervisor, journal = LibvirtHypervisor(libvirt.uri, tmp_path), Journal(tmp_path / "journal.sqlite")
    host = Host(hypervisor, DirectoryStorage(tmp_path), SimulatedNetwork(), journal).on_behalf_of(new_id(), 3)
    pool = Pool(id=new_id(), path=str(tmp_path / "pool"))
    raw, image = tmp_path / "nano.raw", tmp_path / "nano.qcow2"
    raw.write_bytes(disk())
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, image], check=True, timeout=30)
    root = VolumeRef(id=new_id(), pool=pool)
    nic = Nic(
        id=new_id(),
        mac="02:00:00:00:00:07",
        ip="10.1.1.7",
        segment=Segment(network=new_id(), uplink=bridge),
        position=0,
    )
    domain = Domain(
        id=new_id(),
        name="t-whole",
        vcpus=1,
        mhz=500,
        memory_mib=16,
        disks=(Disk(volume=root, position=0),),
        nics=(nic,),
    )
    with a_web() as web:
        web.served["/nano"] = image.read_bytes()
        digest = hashlib.sha256(image.read_bytes()).hexdigest()
        wanted = Image(id=new_id(), url=web.url("/nano"), sha256=digest, virtual_size=1 << 20)
        commands.run(AttachPool(pool=pool), host)
        commands.run(CreateVolumes(volumes=(Volume(id=root.id, pool=pool, size=2 << 20, image=wanted),)), host)
    for _ in range(2):
        assert commands.run(StartDomain(domain=domain), host).model_dump()["fence"] == 3
    serial = tmp_path / "serial" / f"{domain.id}.log"
    eventually(lambda: serial.exists() and HELLO in serial.read_bytes())
    running = definition(libvirt, domain)
    assert "<filterref filter='clean-traffic'>" in running
    assert f"<source bridge='{bridge}'/>" in running
    console = commands.run(OpenConsole(domain=domain.id), host).model_dump()
    assert (console["address"], len(console["password"])) == ("127.0.0.1", 8)
    for _ in range(2):
        assert commands.run(StopDomain(domain=domain.id, grace_seconds=30), host).model_dump()["state"] == "Stopped"
    for _ in range(2):
        commands.run(DestroyDomain(domain=domain.id), host)
        commands.run(DeleteVolumes(volumes=(root,)), host)
    assert hypervisor.domains() == []
    assert not serial.exists()
    assert list((tmp_path / "pool" / "volumes").iterdir()) == []
    hypervisor.close()
    journal.close()


def definition(libvirt: PrivateLibvirt, domain: Domain) -> str:
    argv = ["virsh", "-c", libvirt.uri, "dumpxml", domain.id]
    return subprocess.run(argv, check=True, capture_output=True, timeout=30, text=True).stdout


def test_the_driver_finds_the_daemon_again_and_guests_live_on(libvirt: PrivateLibvirt, tmp_path: Path) -> None:
    hypervisor = LibvirtHypervisor(libvirt.uri, tmp_path)
    told: list[DomainState] = []
    hypervisor.subscribe(told.append)
    domain = a_domain()
    image, raw = tmp_path / "nano.qcow2", tmp_path / "nano.raw"
    raw.write_bytes(disk())
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, image], check=True, timeout=30)
    hypervisor.start(domain, 1, Wiring(disk_paths(domain, image)))
    libvirt.kill()
    libvirt.start()
    eventually(lambda: hypervisor.state(domain.id).state == "Running")
    told.clear()
    hypervisor.stop(domain.id, forced=True, grace_seconds=0)
    eventually(lambda: "Stopped" in [state.state for state in told])
    hypervisor.destroy(domain.id)
    hypervisor.close()
