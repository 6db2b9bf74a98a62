"""What network tests share: a driver with folders of its own, descriptions of networks, and the clean slate after."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any
from uuid import uuid4

from bridge.network.linux import LinuxNetwork
from bridge.network.local_bridge import LocalBridge
from javelin.messaging.host_commands import ApplyNetwork, Guest, Router, Segment
from tests.bridge.namespace_guests import NamespaceGuest

DOMAIN = "tests.internal"


class NetworkWorld:
    """One host's driver and the guests on it; leaving it removes everything and looks for what is left."""

    def __init__(self, folder: Path, public: LocalBridge) -> None:
        self.folder, self.public = folder, public
        # dnsmasq reads its folders with the rights of its own user, so they cannot be in pytest's private one.
        self.runtime = Path(tempfile.mkdtemp(prefix="javelin-test-", dir="/run"))
        self.runtime.chmod(0o755)
        self.driver = self.restarted()
        self._guests = ExitStack()
        self._next = 10

    def restarted(self) -> LinuxNetwork:
        """The driver of a bridge process that has just started."""
        self.driver = LinuxNetwork(self.folder / "state", local_bridges=(self.public,), runtime=self.runtime)
        return self.driver

    def guest(self, hostname: str, **fields: Any) -> Guest:
        """A guest with the next free address of 10.1.1.0/24."""
        self._next += 1
        address, mac = f"10.1.1.{self._next}", f"02:00:0a:01:01:{self._next:02x}"
        ids = {"nic": str(uuid4()), "vm": str(uuid4())}
        return Guest.model_validate({**ids, "mac": mac, "ip": address, "hostname": hostname, **fields})

    def command(self, network: str, *guests: Guest, **changes: Any) -> ApplyNetwork:
        """Apply a network 10.1.1.0/24; `changes` of the router's fields go by their names, others to the command."""
        router: dict[str, Any] = {
            "id": network, "gateway": IPv4Interface("10.1.1.1/24"), "domain": DOMAIN,
            "public": IPv4Interface((self.public.address.network[20], self.public.address.network.prefixlen)),
            "public_gateway": self.public.address.ip, "public_bridge": self.public.name,
        }  # fmt: skip
        router |= {name: changes.pop(name) for name in list(changes) if name in Router.model_fields}
        segment = changes.pop("segment", Segment(network=network))
        described = {"segment": segment, "cidr": "10.1.1.0/24", "router": Router(**router), "guests": guests, **changes}
        return ApplyNetwork.model_validate(described)

    def start(self, network: str, guest: Guest) -> NamespaceGuest:
        """A running guest on the network's bridge."""
        bridge = self.driver.ensure_segment(Segment(network=network))
        return self._guests.enter_context(NamespaceGuest(guest, bridge, self.folder))

    def clean(self) -> list[str]:
        """Stop all guests, remove all networks, and answer what is left of them."""
        try:
            self._guests.close()
        finally:
            for network in [path.name for path in (self.folder / "state" / "networks").glob("*/")]:
                self.driver.remove(network)
            self.public.remove()
        left = [str(path) for path in self.runtime.iterdir()]
        left += [str(path) for path in (self.folder / "state").rglob("*") if path.name != "networks"]
        shutil.rmtree(self.runtime)
        return left


@contextmanager
def network_world(folder: Path) -> Iterator[NetworkWorld]:
    """A world whose public network is unlike that of any other test process."""
    number = os.getpid() % 200
    public = LocalBridge(f"jtest{number}", IPv4Interface(f"172.30.{number}.1/24"))
    world = NetworkWorld(folder, public)
    try:
        public.ensure()
        yield world
    finally:
        left = world.clean()
    assert left == []
