"""The real router, seen by guests: addresses, names, metadata, the way out, and what must not pass."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bridge.network.names import names_of
from javelin.messaging.host_commands import Segment
from tests.bridge.namespace_guests import output
from tests.bridge.network_world import DOMAIN, NetworkWorld, network_world

pytestmark = pytest.mark.host
GATEWAY = "10.1.1.1"
USER_DATA = b"#!/bin/sh\necho \xff\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[NetworkWorld]:
    with network_world(tmp_path) as made:
        yield made


@pytest.fixture
def user_data_url() -> Iterator[str]:
    class Store(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(USER_DATA)

        def log_message(self, *_arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/data?signature=x"
        server.shutdown()
        thread.join()


def test_a_guest_gets_its_address_name_and_metadata(world: NetworkWorld, user_data_url: str) -> None:
    network = str(uuid4())
    one = world.guest("one", metadata={"public-keys": "ssh-ed25519 AAAA me"}, user_data_url=user_data_url)
    two = world.guest("two", password="s3cret")
    world.driver.apply(world.command(network, one))
    world.driver.apply(world.command(network, two))
    first, second = world.start(network, one), world.start(network, two)

    lease = first.dhcp()
    assert (lease["ip"], lease["router"], lease["dns"], lease["hostname"]) == (str(one.ip), GATEWAY, GATEWAY, "one")
    assert second.dhcp()["ip"] == str(two.ip)
    assert str(two.ip) in first.resolve(f"two.{DOMAIN}", GATEWAY)
    assert GATEWAY in first.resolve(f"data-server.{DOMAIN}", GATEWAY)
    assert first.reaches(str(two.ip))
    assert first.reaches(GATEWAY)

    assert first.get("/latest/meta-data/instance-id") == (200, one.vm)
    assert first.get("/latest/meta-data/public-keys", server=GATEWAY) == (200, "ssh-ed25519 AAAA me")
    assert first.get("/latest/meta-data/") == (200, "instance-id\nlocal-hostname\nlocal-ipv4\npublic-keys\n")
    assert second.get("/latest/meta-data/local-hostname") == (200, "two")
    assert first.get("/latest/user-data") == (200, USER_DATA.decode("latin-1"))
    assert second.get("/latest/user-data")[0] == 404

    ask, confirm = "DomU_Request: send_my_password", "DomU_Request: saved_password"
    assert second.get("/", GATEWAY, 8080, ask) == (200, "s3cret")
    assert second.get("/", GATEWAY, 8080, confirm) == (200, "saved_password")
    world.driver.apply(world.command(network, two))
    assert second.get("/", GATEWAY, 8080, ask) == (200, "saved_password")
    assert first.get("/", GATEWAY, 8080, ask) == (200, "saved_password")


def test_metadata_is_only_for_who_owns_the_address(world: NetworkWorld) -> None:
    network = str(uuid4())
    victim, thief, stranger = world.guest("victim"), world.guest("thief"), world.guest("stranger")
    world.driver.apply(world.command(network, victim, thief))
    second = world.start(network, thief)
    second.use(f"{victim.ip}/24", GATEWAY)
    assert second.get("/latest/meta-data/instance-id")[0] == 0
    third = world.start(network, stranger)
    assert third.dhcp() == {}
    third.use(f"{stranger.ip}/24", GATEWAY)
    assert third.get("/latest/meta-data/instance-id")[0] == 0
    second.use(f"{thief.ip}/24", GATEWAY)
    assert second.get("/latest/meta-data/instance-id") == (200, thief.vm)
    assert second.get("/latest/meta-data/../../x")[0] == 404
    assert second.get("/latest/meta-data/instance-id", header="X-Forwarded-For: 1.2.3.4")[0] == 403


def test_networks_do_not_hear_each_other(world: NetworkWorld) -> None:
    left, right = str(uuid4()), str(uuid4())
    one, other = world.guest("one"), world.guest("other")
    world.driver.apply(world.command(left, one))
    world.driver.apply(world.command(right, other, public=None))
    first, second = world.start(left, one), world.start(right, other)
    assert first.dhcp()["ip"] == str(one.ip)
    assert second.dhcp()["ip"] == str(other.ip)
    assert not first.reaches(str(other.ip))
    assert second.get("/latest/meta-data/instance-id") == (200, other.vm)
    assert first.get("/latest/meta-data/instance-id") == (200, one.vm)


def test_the_way_out_and_no_way_in(world: NetworkWorld) -> None:
    network, guest = str(uuid4()), world.guest("one")
    world.driver.apply(world.command(network, guest))
    running = world.start(network, guest)
    running.dhcp()
    outside = str(world.public.address.ip)
    assert running.reaches(outside)
    assert not running.succeeds("busybox", "nc", "-w", "2", outside, "22")
    router = str(world.public.address.network[20])
    output("ip", "route", "add", "10.1.1.0/24", "via", router)
    try:
        ping = ("busybox", "sh", "-c", f"busybox ping -c 1 -W 1 {guest.ip} > /dev/null && echo in || echo refused")
        assert output(*ping).strip() == "refused"
    finally:
        output("ip", "route", "delete", "10.1.1.0/24", "via", router)

    world.driver.apply(world.command(network, guest, egress_allowed=False))
    assert not running.reaches(outside)
    assert running.reaches(GATEWAY)


def test_a_withdrawn_guest_is_forgotten_and_its_address_is_free(world: NetworkWorld) -> None:
    network, old = str(uuid4()), world.guest("old")
    world.driver.apply(world.command(network, old))
    first = world.start(network, old)
    assert first.dhcp()["ip"] == str(old.ip)
    new = world.guest("new", ip=str(old.ip))
    world.driver.apply(world.command(network, new, complete=True))
    assert first.get("/latest/meta-data/instance-id")[0] == 0
    second = world.start(network, new)
    assert second.dhcp()["ip"] == str(old.ip)
    assert second.get("/latest/meta-data/instance-id") == (200, new.vm)
    world.driver.apply(world.command(network, gone=(new.nic, str(uuid4()))))
    assert second.get("/latest/meta-data/instance-id")[0] == 0


def test_a_side_nic_gets_no_default_route(world: NetworkWorld) -> None:
    network, guest = str(uuid4()), world.guest("side", default=False)
    world.driver.apply(world.command(network, guest))
    lease = world.start(network, guest).dhcp()
    assert lease["ip"] == str(guest.ip)
    assert "router" not in lease
    assert "dns" not in lease


def test_a_segment_stays_while_it_is_used(world: NetworkWorld) -> None:
    network, guest = str(uuid4()), world.guest("one")
    bridge = world.driver.ensure_segment(Segment(network=network))
    running = world.start(network, guest)
    assert not world.driver.release_unused_segment(network)
    running.stop()
    assert world.driver.release_unused_segment(network)
    assert not Path("/sys/class/net", bridge).exists()
    assert world.driver.release_unused_segment(network)
    assert bridge == names_of(network).bridge
