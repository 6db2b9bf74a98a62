"""Settings of how full clusters and zones may be before operators are told; listed with the others in settings.py."""

from __future__ import annotations

from typing import Any

from javelin.data.setting import Setting


def _threshold(name: str, of: str, scope: str) -> Setting[float]:
    return Setting(
        f"{name}.notificationthreshold", 0.75, "Alert", f"The part of {of} of a {scope} beyond which operators are told",
        (scope,), low=0, high=1, group="Compute", subgroup="Capacity",
    )  # fmt: skip


MEMORY_FULL = _threshold("cluster.memory.allocated.capacity", "the memory", "cluster")
CPU_FULL = _threshold("cluster.cpu.allocated.capacity", "the CPU", "cluster")
STORAGE_FULL = _threshold("cluster.storage.capacity", "the storage in use", "cluster")
STORAGE_PROMISED = _threshold("cluster.storage.allocated.capacity", "the storage that may be promised", "cluster")
LOCAL_STORAGE_PROMISED = _threshold("cluster.localStorage.capacity", "the hosts' own storage", "cluster")
ADDRESSES_TAKEN = _threshold("zone.virtualnetwork.publicip.capacity", "the public addresses", "zone")
CAPACITY_SETTINGS: tuple[Setting[Any], ...] = (
    MEMORY_FULL, CPU_FULL, STORAGE_FULL, STORAGE_PROMISED, LOCAL_STORAGE_PROMISED, ADDRESSES_TAKEN,
)  # fmt: skip
