"""A real Linux guest on a real network: what the router offers arrives inside, and others cannot take its place."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bridge.hypervisor.base import Wiring
from bridge.hypervisor.libvirt import LibvirtHypervisor
from bridge.network import served
from infra.local.guests import build
from infra.local.machine import ensure_libvirt
from javelin.messaging.host_commands import Disk, Domain, Nic, Pool, Segment, VolumeRef
from tests.bridge.network_world import NetworkWorld, network_world

pytestmark = pytest.mark.host
IMAGES = Path(os.environ.get("JAVELIN_GUEST_IMAGES", Path(__file__).parents[2] / ".javelin" / "guests"))
BOOT_PATIENCE = 120.0  # seconds: emulation on a busy machine
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 me@here"
USER_DATA = b"#!/bin/sh\necho GUEST says $((40 + 2))\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[NetworkWorld]:
    with network_world(tmp_path) as made:
        yield made


class Serial:
    """The guest's serial port: what it said, and a shell to speak to."""

    def __init__(self, log: Path, name: str) -> None:
        self._log, self._name = log, name

    def wait_for(self, words: str, patience: float = BOOT_PATIENCE) -> str:
        """What the guest has said, as soon as it holds `words`."""
        end = time.monotonic() + patience
        while True:
            said = self._log.read_text(errors="replace") if self._log.exists() else ""
            if words in said:
                return said
            assert time.monotonic() < end, f"no {words!r} in:\n{said}"
            time.sleep(0.05)

    def ask(self, line: str, answer: str) -> None:
        """Type a line into the shell and wait for the answer; what was typed gets lost if the port closes before."""
        command = ("virsh", "ttyconsole", self._name)
        device = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
        with open(device, "w") as terminal:
            terminal.write(f"{line}\n")
            terminal.flush()
            self.wait_for(answer)


@pytest.fixture
def hypervisor(tmp_path: Path) -> Iterator[LibvirtHypervisor]:
    ensure_libvirt()
    driver = LibvirtHypervisor("qemu:///system", tmp_path)
    yield driver
    driver.close()


def test_a_linux_guest_finds_its_network(
    world: NetworkWorld, hypervisor: LibvirtHypervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "fetch_user_data", lambda _url: USER_DATA)
    network, neighbour = str(uuid4()), world.guest("neighbour")
    guest = world.guest("tiny-one", metadata={"public-keys": KEY}, user_data_url="http://store/", password="s3cret")
    world.driver.apply(world.command(network, guest, neighbour))
    beside = world.start(network, neighbour)
    beside.dhcp()

    disk, segment = tmp_path / "root.qcow2", Segment(network=network)
    backing = ("-b", str(build(IMAGES)["tiny"]), "-F", "qcow2")
    subprocess.run(("qemu-img", "create", "-q", "-f", "qcow2", *backing, str(disk)), check=True, timeout=30)
    volume = VolumeRef(id=str(uuid4()), pool=Pool(id=str(uuid4()), path="/nowhere"))
    domain = Domain(
        id=guest.vm, name=f"t-{guest.vm[:8]}", vcpus=1, mhz=1000, memory_mib=128,
        disks=(Disk(volume=volume, position=0),),
        nics=(Nic(id=guest.nic, mac=guest.mac, ip=guest.ip, segment=segment, position=0),),
    )  # fmt: skip
    serial = Serial(tmp_path / "serial" / f"{domain.id}.log", domain.name)
    wiring = Wiring({volume.id: str(disk)}, {guest.nic: world.driver.ensure_segment(segment)})
    hypervisor.start(domain, 1, wiring)
    try:
        said = serial.wait_for("GUEST boot-finished")
        assert f"GUEST dhcp if=eth0 ip={guest.ip}/24 gw=10.1.1.1 server=10.1.1.1 hostname=tiny-one" in said
        assert f"GUEST metadata source=http:169.254.169.254 instance-id={guest.vm} hostname=tiny-one" in said
        assert f"GUEST key {KEY}" in said
        assert "GUEST password length=6" in said
        assert "GUEST says 42" in said
        assert "GUEST user-data rc=0" in said
        assert beside.reaches(str(guest.ip))
        assert "tiny-one" in beside.get("/", server=str(guest.ip))[1]

        outside = world.public.address.ip
        for number, address in enumerate((neighbour.hostname, outside)):
            line = f"ping -c 1 -W 5 {address} > /dev/null; echo GUEST ping {number} $?"
            serial.ask(line, f"GUEST ping {number} 0")
        assert not world.driver.release_unused_segment(network)
    finally:
        hypervisor.destroy(domain.id)
