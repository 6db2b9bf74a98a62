"""DHCP and DNS of a router: one dnsmasq in its namespace that outlives the bridge.

Every guest is a file in two folders that dnsmasq watches, so that adding one needs no restart. The folders are made
from the records and live in the runtime folder, where a reboot clears them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bridge.errors import TransientHostError
from bridge.network.dhcp_release import release
from bridge.network.names import LAN, names_of
from bridge.network.namespaces import NAMED, inside
from bridge.network.tools import run, write_whole
from javelin.messaging.host_commands import ApplyNetwork, Guest
from javelin.messaging.network_links import mtu_of

SIDE_NIC = "side"  # dnsmasq's tag of NICs that are not a guest's default one
LEASES = 65536
WATCHERS, ENOUGH_WATCHERS = Path("/proc/sys/fs/inotify/max_user_instances"), 65536
STOP_PATIENCE = 5.0  # seconds
PUBLIC_FILE = 0o644  # dnsmasq reads with its own user's rights


def _user() -> str:
    """The user to whose rights dnsmasq drops."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "dnsmasq" if "dnsmasq" in names else "nobody"


def _of_process(pid: str, file: str) -> bytes:
    """What the kernel tells in that file of a process; nothing if there is no such process."""
    try:
        return Path("/proc", pid, file).read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _allow_watchers() -> None:
    """Every dnsmasq watches its folders with a kernel object, of which Linux gives a user only 128 unless told."""
    if int(WATCHERS.read_text()) < ENOUGH_WATCHERS:
        WATCHERS.write_text(str(ENOUGH_WATCHERS))


class DhcpDns:
    """dnsmasq for one network."""

    def __init__(self, runtime: Path, network: str) -> None:
        self.names = names_of(network)
        self.folder = runtime / self.names.digest
        self._hosts, self._addresses = self.folder / "dhcp", self.folder / "dns"
        self._pid_file, self._conf = self.folder / "dnsmasq.pid", self.folder / "dnsmasq.conf"

    def _configuration(self, network: ApplyNetwork) -> str:
        router, cidr = network.router, network.cidr
        lines = [
            f"interface={LAN}", "except-interface=lo", "bind-interfaces", "no-resolv", "no-hosts", "no-ping",
            f"pid-file={self._pid_file}", f"user={_user()}", f"hostsdir={self._addresses}", "cache-size=1000",
            f"domain={router.domain}", "expand-hosts", f"local=/{router.domain}/", "local-ttl=30",
            f"host-record=data-server,data-server.{router.domain},{router.gateway.ip}",
            *(f"server={forwarder}" for forwarder in router.dns),
        ]  # fmt: skip
        if router.dhcp:
            lines += [
                "dhcp-authoritative", "quiet-dhcp", f"dhcp-lease-max={LEASES}", f"dhcp-hostsdir={self._hosts}",
                f"dhcp-range={cidr.network_address},static,{cidr.netmask},infinite",
                f"dhcp-leasefile={self.folder / 'leases'}",
                f"dhcp-option=option:router,{router.guest_gateway or router.gateway.ip}",
                f"dhcp-option=option:dns-server,{router.gateway.ip}",
                f"dhcp-option=option:mtu,{mtu_of(network.segment.vni)}",
                f"dhcp-option=tag:{SIDE_NIC},option:router", f"dhcp-option=tag:{SIDE_NIC},option:dns-server",
            ]  # fmt: skip
        return "".join(f"{line}\n" for line in lines)

    def pid(self) -> int | None:
        """The process id of our running dnsmasq."""
        if not self._pid_file.exists():
            return None
        text = self._pid_file.read_text().strip()
        if not text.isdigit():
            return None
        return int(text) if str(self._conf).encode() in _of_process(text, "cmdline") else None

    def _is_ending(self) -> bool:
        """Whether our dnsmasq is on its way out: a process loses its command line before its sockets are closed."""
        text = self._pid_file.read_text().strip() if self._pid_file.exists() else ""
        if not text.isdigit() or _of_process(text, "cmdline"):
            return False
        name, _, rest = _of_process(text, "stat").partition(b" (")[2].rpartition(b") ")
        return name == b"dnsmasq" and not rest.startswith((b"Z", b"X"))

    def ensure(self, network: ApplyNetwork, guests: Iterable[Guest]) -> None:
        """Have dnsmasq run as described for these guests; one that runs so already is left alone."""
        configuration = self._configuration(network)
        if self.pid() is not None and self._conf.exists() and self._conf.read_text() == configuration:
            return
        self.stop()
        for folder in (self.folder, self._hosts, self._addresses):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        for guest in guests:
            self.write(guest)
        write_whole(self._conf, configuration, PUBLIC_FILE)
        _allow_watchers()
        run(("nsenter", f"--net={NAMED / self.names.namespace}", "dnsmasq", f"--conf-file={self._conf}"))

    def write(self, guest: Guest) -> None:
        """Reserve the guest's address and name; a running dnsmasq sees new files by itself."""
        side = "" if guest.default else f"set:{SIDE_NIC},"
        line = f"{guest.mac},{side}{guest.ip},{guest.hostname},infinite\n"
        write_whole(self._hosts / guest.nic, line, PUBLIC_FILE)
        write_whole(self._addresses / guest.nic, f"{guest.ip} {guest.hostname}\n", PUBLIC_FILE)

    def withdraw(self, network: ApplyNetwork, guests: Iterable[Guest]) -> None:
        """Forget the guests' names, and free their addresses for others. Absent is success."""
        gone = list(guests)
        for guest in gone:
            for folder in (self._hosts, self._addresses):
                (folder / guest.nic).unlink(missing_ok=True)
        if gone and self.reread() and network.router.dhcp:
            gateway = network.router.gateway.ip
            inside(self.names.namespace, lambda: release(gateway, [(guest.mac, guest.ip) for guest in gone]))

    def reread(self) -> bool:
        """Have dnsmasq notice what was changed or removed (it sees new files by itself); False if it does not run."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)
        return pid is not None

    def stop(self) -> None:
        """End dnsmasq, and wait until its addresses are free for another. Absent is success."""
        pid = self.pid()
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        while self.pid() is not None or self._is_ending():
            if time.monotonic() > deadline:
                raise TransientHostError(f"dnsmasq of {self._conf} does not end")
            time.sleep(0.005)

    def remove(self) -> None:
        """End dnsmasq and remove its folder. Absent is success."""
        self.stop()
        if self.folder.exists():
            shutil.rmtree(self.folder)
