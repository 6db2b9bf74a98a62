"""What changes in a network while its guests run: its hosts, its router, and a gateway that is not its router."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from uuid import uuid4

import pytest

from bridge.network.names import names_of
from bridge.network.segments import FLOOD
from bridge.network.tools import link_exists
from javelin.messaging.host_commands import Segment
from tests.bridge.namespace_guests import output
from tests.bridge.network_world import NetworkWorld, network_world

pytestmark = pytest.mark.host
NEAR, FAR = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.2")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[NetworkWorld]:
    with network_world(tmp_path) as made:
        yield made


def flooded(network: str) -> set[str]:
    """The hosts that get what has no known destination."""
    entries = json.loads(output("bridge", "-json", "fdb", "show", "dev", names_of(network).tunnel))
    return {entry["dst"] for entry in entries if entry.get("mac") == FLOOD}


def test_news_of_peers_that_come_early_or_late_are_put_in_order(world: NetworkWorld) -> None:
    network = str(uuid4())
    first = Segment(network=network, vni=0xABCDE, peers=(NEAR,), revision=1)
    second = first.model_copy(update={"peers": (NEAR, FAR), "revision": 2})
    world.driver.update_segment(second)
    assert not link_exists(names_of(network).bridge)
    world.driver.ensure_segment(first)
    assert flooded(network) == {str(NEAR), str(FAR)}
    third = first.model_copy(update={"peers": (FAR,), "revision": 3})
    world.restarted().update_segment(third)
    world.driver.update_segment(second)
    assert flooded(network) == {str(FAR)}
    world.driver.apply(world.command(network, segment=first))
    assert flooded(network) == {str(FAR)}


def test_a_router_goes_and_comes_while_the_segment_stays(world: NetworkWorld) -> None:
    network, one, two = str(uuid4()), world.guest("one"), world.guest("two")
    world.driver.apply(world.command(network, one, two))
    first, second = world.start(network, one), world.start(network, two)
    first.dhcp()
    second.dhcp()
    assert first.reaches("10.1.1.1")
    for _ in range(2):
        world.driver.remove_router(network)
    assert world.driver.networks() == frozenset()
    assert first.reaches(str(two.ip))
    assert not first.reaches("10.1.1.1")
    world.driver.apply(world.command(network, one, two))
    assert first.reaches("10.1.1.1")
    assert second.dhcp()["ip"] == str(two.ip)


def test_guests_are_told_of_a_gateway_beside_the_router(world: NetworkWorld) -> None:
    network, one = str(uuid4()), world.guest("one")
    elsewhere = IPv4Address("10.1.1.254")
    world.driver.apply(
        world.command(network, one, guest_gateway=elsewhere, public=None, public_gateway=None, public_bridge=None)
    )
    lease = world.start(network, one).dhcp()
    assert (lease["router"], lease["dns"]) == (str(elsewhere), "10.1.1.1")
