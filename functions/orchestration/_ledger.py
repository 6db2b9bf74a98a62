"""What records add up to: the counters of accounts, hosts, pools, templates and networks, from what they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Amount = tuple[str | None, str, int]  # whose counter, which, how much the record adds to it

COUNTED = ("VirtualMachine", "Volume", "Network", "Template", "PublicAddress")
COUNTERS = {
    "Account": (
        "used_user_vm", "used_volume", "used_network", "used_template", "used_public_ip", "used_cpu", "used_memory",
        "used_primary_storage",
    ),
    "Host": ("guests", "cpu_used_mhz", "memory_used_mib"),
    "StoragePool": ("allocated",),
    "Template": ("users",),
    "Network": ("nics",),
}  # fmt: skip
Sums = dict[str, dict[str, int]]  # by id and counter


def add(sums: Sums, kind: str, row: Mapping[str, Any]) -> None:
    """Add what one record makes of the counters."""
    for owner, counter, amount in _amounts(kind, row):
        if owner:
            counters = sums.setdefault(owner, {})
            counters[counter] = counters.get(counter, 0) + amount


def _amounts(kind: str, row: Mapping[str, Any]) -> Iterator[Amount]:
    account = row.get("account_id")
    match kind:
        case "VirtualMachine":
            cpus, mib, host = int(row["cpus"]), int(row["memory_mib"]), row.get("host_id")
            yield account, "used_user_vm", 1
            yield account, "used_cpu", cpus
            yield account, "used_memory", mib
            yield host, "guests", 1
            yield host, "cpu_used_mhz", cpus * int(row["mhz"])
            yield host, "memory_used_mib", mib
            for nic in row.get("nics") or ():
                yield nic["networkid"], "nics", 1
        case "Volume":
            yield account, "used_volume", 1
            yield account, "used_primary_storage", int(row["size"])
            yield row.get("pool_id"), "allocated", int(row["size"])
            yield row.get("template_id"), "users", 1
        case "Network":
            yield account, "used_network", 1
        case "Template":
            yield account, "used_template", 1
        case "PublicAddress":
            yield account, "used_public_ip", 1
