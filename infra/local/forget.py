"""Removes the local cloud from this machine: its programs, its guests, its networks, and all that it knows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bridge.identity import FILE, Identity
from bridge.network.linux import LinuxNetwork
from bridge.network.local_bridge import LocalBridge
from bridge.settings import load
from infra.local import down
from infra.local.home import Home
from infra.local.machine import ensure_libvirt
from infra.local.progress import Progress

VIRSH = ("virsh", "--connect", "qemu:///system")
UNDEFINE = ("undefine", "--managed-save", "--snapshots-metadata", "--checkpoints-metadata", "--nvram")


def forget(home: Home, progress: Progress) -> None:
    """Nothing of it is left but the packages that it installed."""
    down.down(home, progress, guests=False)
    for file in sorted(home.hosts.glob(f"*/{FILE}")):
        if Identity.load(file.parent).driver == "libvirt":
            with progress.step(f"host {file.parent.name}") as say:
                ensure_libvirt(say)
                guests, networks = _guests(file.parent), _networks(file.parent)
                say(f"removed: {guests} guest(s), {networks} network(s)")
    with progress.step("folder") as say:
        shutil.rmtree(home.folder)
        say(str(home.folder))


def _guests(state: Path) -> int:
    """Only this cloud's: those whose serial console is in its folder."""
    known = subprocess.run(
        (*VIRSH, "list", "--all", "--uuid"), capture_output=True, text=True, check=True, timeout=30
    ).stdout.split()
    ours = [log.stem for log in (state / "serial").glob("*.log") if log.stem in known]
    for guest in ours:
        # One that is off already refuses to be destroyed; what counts is that it can be undefined.
        subprocess.run((*VIRSH, "destroy", guest), check=False, capture_output=True, timeout=60)
        subprocess.run((*VIRSH, *UNDEFINE, guest), check=False, capture_output=True, timeout=60)
    return len(ours)


def _networks(state: Path) -> int:
    driver = LinuxNetwork(state)
    networks = driver.networks()
    for network in networks:
        driver.remove(network)
    for text in load(state).local_bridges:
        LocalBridge.parse(text).remove()
    return len(networks)
