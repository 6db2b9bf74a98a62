"""What every hypervisor driver does: simulated, libvirt's own test driver, and real guests."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import libvirt
import pytest

from bridge.errors import DomainNotFound, DomainNotRunning, HostCommandFailed, HostError
from bridge.hypervisor.base import Hypervisor, Wiring
from bridge.hypervisor.boot_sector import HELLO, disk
from bridge.hypervisor.libvirt import LibvirtHypervisor
from bridge.hypervisor.simulated import SimulatedHypervisor
from infra.local.machine import ensure_libvirt
from javelin.messaging.host_commands import Domain, DomainState
from tests.bridge.guests import a_domain, disk_paths


class Bench:
    """A driver with what the tests need around it: guests, their disks, and every change that it told."""

    def __init__(self, hypervisor: Hypervisor, folder: Path, name: str) -> None:
        self.hypervisor = hypervisor
        self.name = name
        self.real = name == "libvirt"
        self.told: list[DomainState] = []
        self._folder = folder
        self._made: list[str] = []
        hypervisor.subscribe(self.told.append)

    def domain(self) -> Domain:
        domain = a_domain()
        self._made.append(domain.id)
        return domain

    def wiring(self, domain: Domain) -> Wiring:
        path = self._folder / f"{domain.id}.qcow2"
        if self.real and not path.exists():
            raw = path.with_suffix(".raw")
            raw.write_bytes(disk())
            subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, path], check=True, timeout=30)
        return Wiring(disk_paths(domain, path))

    def running(self, fence: int = 1) -> Domain:
        """A guest that runs, and says so on its serial port where it is real."""
        domain = self.domain()
        self.hypervisor.start(domain, fence, self.wiring(domain))
        if self.real:
            log = self._folder / "serial" / f"{domain.id}.log"
            eventually(lambda: log.exists() and HELLO in log.read_bytes())
        return domain

    def kill(self, domain: Domain) -> None:
        """Let the guest's process die."""
        if isinstance(self.hypervisor, SimulatedHypervisor):
            self.hypervisor.crash(domain.id)
        else:
            os.kill(int(Path(f"/run/libvirt/qemu/{domain.name}.pid").read_text()), signal.SIGKILL)

    def clear(self) -> None:
        for domain in self._made:
            self.hypervisor.destroy(domain)
        self.hypervisor.close()


def eventually(true: Callable[[], bool], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.02)


@pytest.fixture(params=["simulated", "test", pytest.param("libvirt", marks=pytest.mark.host)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made: Hypervisor
    if request.param == "simulated":
        made = SimulatedHypervisor()
    elif request.param == "test":
        made = LibvirtHypervisor("test:///default", tmp_path)
    else:
        ensure_libvirt()
        made = LibvirtHypervisor("qemu:///system", tmp_path)
    bench = Bench(made, tmp_path, request.param)
    yield bench
    bench.clear()


def test_an_unknown_guest_is_absent(bench: Bench) -> None:
    domain = bench.domain()
    assert bench.hypervisor.state(domain.id).state == "Absent"
    assert bench.hypervisor.stop(domain.id, forced=True, grace_seconds=0).state == "Absent"
    bench.hypervisor.destroy(domain.id)
    for call in (
        lambda: bench.hypervisor.console(domain.id),
        lambda: bench.hypervisor.reboot(domain.id, forced=False, grace_seconds=1),
    ):
        with pytest.raises(DomainNotFound):
            call()


def test_starting_twice_is_starting_once_and_raises_the_fence(bench: Bench) -> None:
    domain = bench.running(fence=3)
    again = bench.hypervisor.start(domain, 5, bench.wiring(domain))
    older = bench.hypervisor.start(domain, 4, bench.wiring(domain))
    assert (again.state, again.fence, older.fence) == ("Running", 5, 5)
    assert [state.fence for state in bench.hypervisor.domains() if state.id == domain.id] == [5]


def test_a_forced_stop_keeps_the_definition_and_a_start_follows(bench: Bench) -> None:
    domain = bench.running()
    stopped = bench.hypervisor.stop(domain.id, forced=True, grace_seconds=0)
    assert (stopped.state, stopped.reason) == ("Stopped", "destroyed")
    assert bench.hypervisor.stop(domain.id, forced=True, grace_seconds=0).state == "Stopped"
    with pytest.raises(DomainNotRunning):
        bench.hypervisor.console(domain.id)
    assert bench.hypervisor.start(domain, 2, bench.wiring(domain)).fence == 2


def test_a_graceful_stop_lets_the_guest_power_off(bench: Bench) -> None:
    domain = bench.running()
    stopped = bench.hypervisor.stop(domain.id, forced=False, grace_seconds=30)
    assert (stopped.state, stopped.reason) == ("Stopped", "shutdown")


def test_a_reboot_leaves_the_guest_running(bench: Bench) -> None:
    domain = bench.running()
    assert bench.hypervisor.reboot(domain.id, forced=False, grace_seconds=30).state == "Running"
    if bench.name != "test":
        assert bench.hypervisor.reboot(domain.id, forced=True, grace_seconds=0).state == "Running"


def test_destroy_forgets(bench: Bench) -> None:
    domain = bench.running()
    bench.hypervisor.destroy(domain.id)
    bench.hypervisor.destroy(domain.id)
    assert bench.hypervisor.state(domain.id).state == "Absent"
    assert domain.id not in {state.id for state in bench.hypervisor.domains()}
    eventually(lambda: "Absent" in [state.state for state in bench.told if state.id == domain.id])


def test_changes_are_told(bench: Bench) -> None:
    domain = bench.running(fence=9)
    eventually(lambda: DomainState(id=domain.id, state="Running", reason="booted", fence=9) in bench.told)
    bench.hypervisor.stop(domain.id, forced=True, grace_seconds=0)
    eventually(lambda: DomainState(id=domain.id, state="Stopped", reason="destroyed", fence=9) in bench.told)


def test_a_guest_whose_process_dies_has_crashed(bench: Bench) -> None:
    if bench.name == "test":
        pytest.skip("libvirt's test driver has no processes")
    domain = bench.running()
    bench.kill(domain)
    eventually(lambda: ("Stopped", "crashed") in [(state.state, state.reason) for state in bench.told])
    assert bench.hypervisor.state(domain.id).reason == "crashed"


def test_the_console_tells_where_it_listens(bench: Bench) -> None:
    if bench.name == "test":
        pytest.skip("libvirt's test driver has no displays")
    console = bench.hypervisor.console(bench.running().id)
    assert console.address == "127.0.0.1"
    assert console.port >= 5900
    assert not bench.real or len(console.password or "") == 8


def test_a_guest_that_cannot_start_leaves_nothing(bench: Bench) -> None:
    if bench.name == "test":
        pytest.skip("libvirt's test driver starts anything")
    domain = bench.domain()
    wiring = Wiring(disk_paths(domain, "/nowhere/none.qcow2")) if bench.real else Wiring()
    with pytest.raises(HostError):
        bench.hypervisor.start(domain, 1, wiring)
    assert bench.hypervisor.state(domain.id).state == "Absent"


def test_the_machine_is_described(bench: Bench) -> None:
    capabilities = bench.hypervisor.capabilities()
    assert capabilities.cpus > 0
    assert capabilities.memory_mib > 0
    assert bench.hypervisor.load().cpu_load >= 0


def test_guests_of_others_are_neither_seen_nor_touched(bench: Bench) -> None:
    if bench.name == "simulated":
        pytest.skip("nobody else has guests there")
    domain, uri = bench.domain(), "test:///default" if bench.name == "test" else "qemu:///system"
    kind = "test" if bench.name == "test" else "qemu"
    theirs = libvirt.open(uri)
    xml = f"<domain type='{kind}'><name>{domain.name}</name><uuid>{domain.id}</uuid><memory>16384</memory>"
    stranger = theirs.defineXML(f"{xml}<os><type>hvm</type></os></domain>")
    assert bench.hypervisor.state(domain.id).state == "Absent"
    assert domain.id not in {state.id for state in bench.hypervisor.domains()}
    with pytest.raises(HostCommandFailed):
        bench.hypervisor.start(domain, 1, bench.wiring(domain))
    bench.hypervisor.destroy(domain.id)
    assert stranger.UUIDString() == theirs.lookupByUUIDString(domain.id).UUIDString()
    stranger.undefine()
    theirs.close()
