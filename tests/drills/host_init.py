"""The first process of a fake host: its mounts and its way out, then libvirt and the bridge, started again as they end.

Run by `fake_host.py` in namespaces of its own. When this process is killed, all of the host dies, as when power fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PLACES = {
    "run": "/run/libvirt", "lib": "/var/lib/libvirt", "log": "/var/log/libvirt", "cache": "/var/cache/libvirt",
    "etc": "/etc/libvirt",
}  # fmt: skip
EMPTY = ("/run/netns", "/run/javelin")  # what a machine forgets when it goes down
PAUSE = 0.5  # seconds until a program that ended is started again
Children = dict[int, str]


def main() -> None:
    """Never returns: this is what `init` is on a machine."""
    folder = Path(sys.argv[1])
    settings = json.loads((folder / "host.json").read_text())
    _mount(folder)
    _name(settings, folder / "hosts")
    _connect(settings)
    programs: dict[str, tuple[list[str], Path]] = {
        "libvirtd": (["libvirtd", "--pid-file", "/run/libvirt/libvirtd.pid"], folder / "etc"),
        "bridge": ([sys.executable, "-m", "bridge", "run", "--state", settings["state"]], folder / "enrolled"),
    }
    children: Children = {}
    while True:
        for name, (command, needed) in programs.items():
            if name not in children.values() and needed.exists():
                children[_start(name, command, folder)] = name
        time.sleep(PAUSE)
        _bury(children)


def _start(name: str, command: list[str], folder: Path) -> int:
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log).pid


def _bury(children: Children) -> None:
    """All that have ended, also those that lost their parents."""
    while children:
        process, _ = os.waitpid(-1, os.WNOHANG)
        if not process:
            return
        children.pop(process, None)


def _mount(folder: Path) -> None:
    for name, place in PLACES.items():
        Path(place).mkdir(parents=True, exist_ok=True)
        _run("mount", "--bind", str(folder / name), place)
    for place in EMPTY:
        Path(place).mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "tmpfs", "tmpfs", place)
    _run("mount", "-t", "sysfs", "sysfs", "/sys")


def _name(settings: dict[str, Any], hosts: Path) -> None:
    """A host that cannot resolve its own name has libvirt wait for name servers at every turn."""
    hosts.write_text(f"127.0.0.1 localhost\n{settings['address']} {settings['name']}\n")
    _run("mount", "--bind", str(hosts), "/etc/hosts")
    _run("hostname", settings["name"])


def _connect(settings: dict[str, Any]) -> None:
    """The cloud listens on the loopback of the machine outside: what is sent there leaves through `eth0`."""
    deadline = time.monotonic() + 20
    while not Path("/sys/class/net/eth0").exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the host got no interface")
        time.sleep(0.05)
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "address", "add", f"{settings['address']}/24", "dev", "eth0")
    _run("ip", "link", "set", "eth0", "up")
    gateway = settings["gateway"]
    _run("ip", "route", "add", "default", "via", gateway)
    Path("/proc/sys/net/ipv4/conf/all/route_localnet").write_text("1")
    ports = "{ " + ", ".join(map(str, settings["ports"])) + " }"
    table = ("ip", "way_out")
    _nft("add", "table", *table)
    _nft("add", "chain", *table, "output", "{ type nat hook output priority -100 ; }")
    _nft("add", "rule", *table, "output", "ip", "daddr", "127.0.0.1", "tcp", "dport", ports, "dnat", "to", gateway)
    _nft("add", "chain", *table, "leave", "{ type nat hook postrouting priority 100 ; }")
    _nft("add", "rule", *table, "leave", "ip", "saddr", "127.0.0.0/8", "ip", "daddr", gateway, "masquerade")


def _nft(*words: str) -> None:
    _run("nft", *words)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=30)


if __name__ == "__main__":
    main()
