"""Guests for network tests: network namespaces that hang on a segment's bridge like a virtual machine does."""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path
from types import TracebackType

from javelin.messaging.host_commands import Guest

LEASE_SCRIPT = '#!/bin/sh\n[ "$1" = bound ] && env > "{lease}"\nexit 0\n'


def output(*command: str, timeout: float = 30) -> str:
    """What `command` prints; a failure fails the test with what it complained of."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


class NamespaceGuest:
    """A namespace with one interface `eth0` on `bridge`, which has the MAC address of `guest`."""

    def __init__(self, guest: Guest, bridge: str, folder: Path, host: str | None = None) -> None:
        self.guest = guest
        self._tag = secrets.token_hex(4)
        self.namespace, self._link = f"guest-{self._tag}", f"jt{self._tag}"
        self._lease, self._script = folder / f"{self._tag}.lease", folder / f"{self._tag}.sh"
        self._script.write_text(LEASE_SCRIPT.format(lease=self._lease))
        self._script.chmod(0o755)
        inside = ("-n", host) if host else ()
        output("ip", "netns", "add", self.namespace)
        peer = ("peer", "name", "eth0", "address", guest.mac, "netns", self.namespace)
        output("ip", *inside, "link", "add", self._link, "type", "veth", *peer)
        output("ip", *inside, "link", "set", self._link, "master", bridge, "up")
        for name in ("lo", "eth0"):
            output("ip", "-n", self.namespace, "link", "set", name, "up")

    def __enter__(self) -> NamespaceGuest:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """End the guest; its interface is gone when this returns. Stopped already is success."""
        if self.succeeds("ip", "link", "delete", "eth0"):
            output("ip", "netns", "delete", self.namespace)

    def run(self, *command: str, timeout: float = 30) -> str:
        """What `command` prints when the guest runs it."""
        return output("ip", "netns", "exec", self.namespace, *command, timeout=timeout)

    def succeeds(self, *command: str) -> bool:
        """Whether `command` ends well when the guest runs it."""
        entered = ("ip", "netns", "exec", self.namespace, *command)
        return subprocess.run(entered, capture_output=True, check=False, timeout=30).returncode == 0

    def dhcp(self) -> dict[str, str]:
        """Ask for a lease, use it, and answer what the server said; empty if nobody answered."""
        self._lease.unlink(missing_ok=True)
        client = ("busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "4", "-T", "1", "-s", str(self._script))
        self.succeeds(*client)
        if not self._lease.exists():
            return {}
        lease = dict(line.split("=", 1) for line in self._lease.read_text().splitlines() if "=" in line)
        self.use(f"{lease['ip']}/{lease['mask']}", lease.get("router"))
        return lease

    def use(self, address: str, gateway: str | None) -> None:
        """Take this address and route, whether or not they were given."""
        self.run("ip", "address", "flush", "dev", "eth0")
        self.run("ip", "address", "add", address, "dev", "eth0")
        if gateway:
            self.run("ip", "route", "replace", "default", "via", gateway)

    def reaches(self, address: str) -> bool:
        """Whether a ping is answered."""
        return self.succeeds("busybox", "ping", "-c", "1", "-W", "2", address)

    def resolve(self, name: str, server: str) -> str:
        """The answer of a name server."""
        return self.run("busybox", "nslookup", name, server)

    def get(
        self, path: str, server: str = "169.254.169.254", port: int = 80, header: str | None = None
    ) -> tuple[int, str]:
        """Status and body (as Latin-1) of an HTTP GET; status 0 when nothing answered."""
        extra = f"{header}\r\n" if header else ""
        request = f"GET {path} HTTP/1.0\r\nHost: {server}\r\n{extra}\r\n"
        done = subprocess.run(
            ("ip", "netns", "exec", self.namespace, "busybox", "nc", "-w", "3", server, str(port)),
            input=request.encode(), capture_output=True, check=False, timeout=30,
        )  # fmt: skip
        head, _, body = done.stdout.decode("latin-1").partition("\r\n\r\n")
        return (int(head.split()[1]) if head else 0), body
