"""Networks outlive the bridge, come back after a reboot, cost nothing when nothing changes, leave nothing behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bridge.errors import HostCommandFailed
from bridge.network import metadata_client, tools
from bridge.network.dhcp_dns import DhcpDns
from bridge.network.names import names_of
from javelin.messaging.host_commands import Segment
from tests.bridge.namespace_guests import output
from tests.bridge.network_world import NetworkWorld, network_world

pytestmark = pytest.mark.host


@pytest.fixture
def world(tmp_path: Path) -> Iterator[NetworkWorld]:
    with network_world(tmp_path) as made:
        yield made


def _metadata_servers(world: NetworkWorld) -> list[int]:
    wanted = str(world.folder / "state").encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = process.joinpath("cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"bridge.network.metadata_server" in arguments and wanted in arguments:
            found.append(int(process.name))
    return found


def _kill(process: int) -> None:
    """Kill a process and wait until it has ended: until then it may still seem to run."""
    ended = os.pidfd_open(process)
    os.kill(process, signal.SIGKILL)
    select.select([ended], [], [])
    os.close(ended)


def test_a_repeat_runs_no_tool_and_restarts_nothing(world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    network, one, two = str(uuid4()), world.guest("one"), world.guest("two")
    world.driver.apply(world.command(network, one))
    server, metadata = DhcpDns(world.runtime, network).pid(), _metadata_servers(world)
    ran: list[str] = []

    def counted(command: tuple[str, ...], text: str | None = None) -> str:
        ran.append(command[-1])
        return run(command, text)

    run = tools.run
    for module in ("tools", "nftables", "segments", "router", "dhcp_dns", "metadata_client"):
        monkeypatch.setattr(f"bridge.network.{module}.run", counted)
    world.driver.apply(world.command(network, one))
    assert ran == []
    world.driver.apply(world.command(network, two))
    assert len(ran) == 1  # one nftables transaction
    assert DhcpDns(world.runtime, network).pid() == server
    assert _metadata_servers(world) == metadata


def test_a_new_bridge_process_mends_what_died(world: NetworkWorld) -> None:
    network, guest = str(uuid4()), world.guest("one")
    world.driver.apply(world.command(network, guest))
    running = world.start(network, guest)
    first = DhcpDns(world.runtime, network).pid()
    assert first is not None
    world.restarted().restore()
    assert DhcpDns(world.runtime, network).pid() == first

    _kill(first)
    _kill(_metadata_servers(world)[0])
    world.restarted().restore()
    assert running.dhcp()["ip"] == str(guest.ip)
    assert running.get("/latest/meta-data/instance-id") == (200, guest.vm)
    assert world.driver.networks() == {network}


def test_an_upgrade_renews_the_metadata_service(world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    network, guest = str(uuid4()), world.guest("one")
    world.driver.apply(world.command(network, guest))
    (old,) = _metadata_servers(world)
    monkeypatch.setattr(metadata_client, "version", lambda: "newer")
    world.restarted().restore()
    while old in _metadata_servers(world):  # bounded by the test's timeout
        time.sleep(0.02)
    assert world.start(network, guest).dhcp()["ip"] == str(guest.ip)
    assert len(_metadata_servers(world)) == 1


def test_everything_comes_back_after_a_reboot(world: NetworkWorld) -> None:
    network, guest = str(uuid4()), world.guest("one")
    world.driver.apply(world.command(network, guest))
    names, server = names_of(network), DhcpDns(world.runtime, network)
    # A reboot ends processes, and clears links, namespaces and /run.
    server.remove()
    _kill(_metadata_servers(world)[0])
    output("ip", "netns", "delete", names.namespace)
    for link in (names.inside, names.public, names.bridge, world.public.name):
        subprocess.run(("ip", "link", "delete", link), check=False, capture_output=True, timeout=30)
    world.restarted().restore()
    running = world.start(network, guest)
    assert running.dhcp()["ip"] == str(guest.ip)
    assert running.reaches(str(world.public.address.ip))
    assert running.get("/latest/meta-data/instance-id") == (200, guest.vm)


def test_one_broken_network_does_not_keep_others_down(world: NetworkWorld) -> None:
    broken, healthy = str(uuid4()), str(uuid4())
    world.driver.apply(world.command(healthy))
    with pytest.raises(HostCommandFailed, match="no bridge"):
        world.driver.apply(world.command(broken, segment=Segment(network=broken, uplink="absent0")))
    output("ip", "netns", "delete", names_of(healthy).namespace)
    with pytest.raises(HostCommandFailed, match=broken):
        world.restarted().restore()
    assert Path("/run/netns", names_of(healthy).namespace).exists()
    world.driver.remove(broken)


def test_removal_leaves_nothing_and_may_be_repeated(world: NetworkWorld) -> None:
    network, before = str(uuid4()), set(world.driver.leftovers())
    world.driver.apply(world.command(network, world.guest("one")))
    assert set(world.driver.leftovers()) <= before
    records = world.folder / "state" / "networks" / network
    hidden = records.rename(world.folder / "hidden")
    names = names_of(network)
    found = set(world.driver.leftovers()) - before
    assert {f"namespace {names.namespace}", f"link {names.bridge}", f"link {names.public}"} < found
    assert sum(thing.startswith("process ") for thing in found) == 1
    hidden.rename(records)
    for _ in range(2):
        world.driver.remove(network)
        assert set(world.driver.leftovers()) <= before
    while _metadata_servers(world):  # bounded by the test's timeout
        time.sleep(0.02)


def test_a_private_router_connects_to_nothing_public(world: NetworkWorld) -> None:
    network = str(uuid4())
    world.driver.apply(world.command(network))
    assert Path("/sys/class/net", names_of(network).public).exists()
    world.driver.apply(world.command(network, public=None))
    assert not Path("/sys/class/net", names_of(network).public).exists()
