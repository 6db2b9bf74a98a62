"""What a host tells of what it holds: page by page, all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge import inventory
from bridge.host import Host
from bridge.hypervisor.simulated import SimulatedHypervisor
from bridge.inventory import Stock
from bridge.journal import Journal
from bridge.network.linux import LinuxNetwork
from bridge.network.simulated import SimulatedNetwork
from bridge.storage.directory import DirectoryStorage
from bridge.storage.simulated import SimulatedStorage
from javelin.messaging.host_commands import Pool, Segment, Volume, VolumeRef
from tests.bridge.agent_world import World
from tests.bridge.guests import new_id

POOL = new_id()


@pytest.fixture(params=[SimulatedStorage, DirectoryStorage])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    """A host with an attached pool, in whose folder somebody keeps a file of his own."""
    storage = request.param() if request.param is SimulatedStorage else DirectoryStorage(tmp_path)
    storage.attach(Pool(id=POOL, path=str(tmp_path)))
    (tmp_path / "volumes").mkdir(exist_ok=True)
    (tmp_path / "volumes" / "mine.qcow2").touch()
    journal = Journal(tmp_path / "journal")
    yield Host(SimulatedHypervisor(), storage, SimulatedNetwork(), journal)
    journal.close()


def fill(host: Host, path: Path) -> set[str]:
    """Six volumes and one network; their ids."""
    volumes, network = {new_id() for _ in range(6)}, new_id()
    for volume in volumes:
        host.storage.create(Volume(id=volume, pool=Pool(id=POOL, path=str(path)), size=1 << 20))
    host.network.ensure_segment(Segment(network=network))
    return {*volumes, network}


def named(stock: Stock) -> set[str]:
    """What is told until something is told again."""
    told: set[str] = set()
    while not told & (page := {one.id for one in stock.next().held}):
        assert 0 < len(page) <= inventory.PAGE
        told |= page
    return told | page


def test_all_is_named_before_anything_is_named_again(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Stock(host).next().held == ()
    monkeypatch.setattr(inventory, "PAGE", 3)
    there = fill(host, tmp_path)
    for _ in range(5):  # from wherever it begins
        assert named(Stock(host)) == there


def test_what_is_gone_is_passed_over(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "PAGE", 1)
    there, stock = fill(host, tmp_path), Stock(host)
    (last,) = stock.next().held
    if last.kind == "volume":
        host.storage.delete(VolumeRef(id=last.id, pool=Pool(id=POOL, path=str(tmp_path))))
    else:
        host.network.remove(last.id)
    assert named(stock) == there - {last.id}


def test_a_linux_host_holds_the_networks_that_it_remembers(tmp_path: Path) -> None:
    driver, network = LinuxNetwork(tmp_path), new_id()
    assert driver.held() == []
    driver.update_segment(Segment(network=network))
    assert driver.held() == [network]


def test_it_comes_with_a_complete_heartbeat(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.network.ensure_segment(Segment(network=new_id()))
    world.start()
    try:
        (told,) = world.cloud.wait_for_report("inventory", 1)
        beats = world.cloud.wait_for_report("heartbeat", 3)
    finally:
        world.stop()
        world.journal.close()
    assert [one["kind"] for one in told["held"]] == ["network"]
    assert [beat["domains"] is None for beat in beats[:3]] == [False, True, True]
    assert [report.kind for report in world.cloud.reports].count("inventory") == 1
