"""A segment over two hosts: guests on both hear each other through the tunnel, and only as long as they are peers."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import IPv4Address
from pathlib import Path
from uuid import uuid4

import pytest

from javelin.messaging.host_commands import Guest, Segment
from tests.bridge.namespace_guests import NamespaceGuest, output

pytestmark = pytest.mark.host
ROOT = Path(__file__).parents[2]
HOSTS = {name: IPv4Address(f"192.168.77.{number}") for number, name in enumerate(("left", "right"), start=1)}
ENSURE = """
import sys
from ipaddress import IPv4Address
from pathlib import Path
from bridge.network.linux import LinuxNetwork
from javelin.messaging.host_commands import Segment
driver = LinuxNetwork(Path(sys.argv[1]), local_address=IPv4Address(sys.argv[2]))
print(driver.ensure_segment(Segment.model_validate_json(sys.argv[3])))
"""


class Hosts:
    """Two namespaces that play hosts, joined by a cable."""

    def __init__(self, folder: Path) -> None:
        tag = secrets.token_hex(3)
        self.folder = folder
        self.namespaces = {name: f"host-{name}-{tag}" for name in HOSTS}
        for namespace in self.namespaces.values():
            output("ip", "netns", "add", namespace)
        left, right = self.namespaces.values()
        cable = ("link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", right)
        output("ip", "-n", left, *cable)
        for name, namespace in self.namespaces.items():
            output("ip", "-n", namespace, "address", "add", f"{HOSTS[name]}/24", "dev", "cable")
            for link in ("lo", "cable"):
                output("ip", "-n", namespace, "link", "set", link, "up")

    def ensure(self, host: str, segment: Segment) -> str:
        """Have the driver of that host make the segment; answer its bridge."""
        python = ("env", f"PYTHONPATH={ROOT}:{ROOT / 'layers/javelin/python'}", sys.executable, "-c", ENSURE)
        arguments = (str(self.folder / host), str(HOSTS[host]), segment.model_dump_json())
        return output("ip", "netns", "exec", self.namespaces[host], *python, *arguments).strip()

    def links(self, host: str) -> str:
        return output("ip", "-n", self.namespaces[host], "-brief", "link")

    def stop(self) -> None:
        for namespace in self.namespaces.values():
            subprocess.run(("ip", "netns", "delete", namespace), check=True, timeout=30)


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path)
    yield made
    made.stop()


def test_a_tunnel_joins_the_guests_of_two_hosts(hosts: Hosts, tmp_path: Path) -> None:
    network = str(uuid4())
    segment = Segment(network=network, vni=4711, peers=tuple(HOSTS.values()))
    with ExitStack() as guests:
        running = {}
        for number, (name, namespace) in enumerate(hosts.namespaces.items(), start=1):
            bridge = hosts.ensure(name, segment)
            assert hosts.ensure(name, segment) == bridge
            ids = {"nic": str(uuid4()), "vm": str(uuid4()), "hostname": name}
            guest = Guest.model_validate({**ids, "mac": f"02:00:00:00:00:0{number}", "ip": f"10.9.0.{number}"})
            running[name] = guests.enter_context(NamespaceGuest(guest, bridge, tmp_path, host=namespace))
            running[name].use(f"{guest.ip}/24", None)
        assert running["left"].reaches("10.9.0.2")
        full = ("busybox", "ping", "-c", "1", "-W", "2", "-s", str(1450 - 28), "10.9.0.2")
        running["left"].run("ip", "link", "set", "eth0", "mtu", "1450")
        running["right"].run("ip", "link", "set", "eth0", "mtu", "1450")
        assert running["left"].succeeds(*full)
        assert not running["left"].reaches(str(HOSTS["right"]))

        for name in HOSTS:
            hosts.ensure(name, segment.model_copy(update={"peers": ()}))
            assert "jx" not in hosts.links(name)
        assert not running["left"].reaches("10.9.0.2")


def test_different_segments_do_not_mix(hosts: Hosts, tmp_path: Path) -> None:
    peers = tuple(HOSTS.values())
    with ExitStack() as guests:
        running = []
        for number, (name, namespace) in enumerate(hosts.namespaces.items(), start=1):
            bridge = hosts.ensure(name, Segment(network=str(uuid4()), vni=number, peers=peers))
            ids = {"nic": str(uuid4()), "vm": str(uuid4()), "hostname": name}
            guest = Guest.model_validate({**ids, "mac": f"02:00:00:00:00:0{number}", "ip": f"10.9.0.{number}"})
            running.append(guests.enter_context(NamespaceGuest(guest, bridge, tmp_path, host=namespace)))
            running[-1].use(f"{guest.ip}/24", None)
        assert not running[0].reaches("10.9.0.2")
