"""Puts a host together: the drivers that its identity names."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

from bridge.hypervisor.base import Hypervisor
from bridge.network.base import Network
from bridge.settings import Settings
from bridge.storage.base import Storage
from javelin.messaging.console_keys import vnc_password

Driver = Literal["libvirt", "simulated"]


def hypervisor(
    driver: Driver, uri: str, state: Path, settings: Settings, command_key: bytes | None = None
) -> Hypervisor:
    """The hypervisor driver; libvirt is loaded only where it is used.

    With the host's `command_key`, guests' displays have the passwords that the cloud derives from it too.
    """
    if driver == "simulated":
        from bridge.hypervisor.simulated import SimulatedHypervisor

        return SimulatedHypervisor(
            state / "guests.json", settings.simulated_latency, settings.simulated_fail, settings.simulated_seed
        )
    from bridge.hypervisor.libvirt import LibvirtHypervisor

    if command_key is None:
        return LibvirtHypervisor(uri, state)
    return LibvirtHypervisor(uri, state, partial(vnc_password, command_key))


def storage(driver: Driver, state: Path, settings: Settings) -> Storage:
    """The storage driver."""
    if driver == "simulated":
        from bridge.storage.simulated import SimulatedStorage

        return SimulatedStorage(state / "volumes.json")
    from bridge.storage.directory import DirectoryStorage

    return DirectoryStorage(settings.work, settings.imports)


def network(driver: Driver, state: Path, settings: Settings) -> Network:
    """The network driver."""
    if driver == "simulated":
        from bridge.network.simulated import SimulatedNetwork

        return SimulatedNetwork()
    from bridge.network.linux import LinuxNetwork
    from bridge.network.local_bridge import LocalBridge

    bridges = [LocalBridge.parse(text) for text in settings.local_bridges]
    return LinuxNetwork(state, local_address=settings.tunnel_address, local_bridges=bridges)
