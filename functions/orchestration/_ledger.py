"""What records add up to: the counters of accounts, hosts, pools, templates and networks, from what they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from javelin.data.counters import domains_of

Amount = tuple[str | None, str, int]  # whose counter, which, how much the record adds to it

COUNTED = ("VirtualMachine", "Volume", "Network", "Template", "PublicAddress")
OF_OWNERS = (
    "used_user_vm", "used_volume", "used_network", "used_template", "used_public_ip", "used_cpu", "used_memory",
    "used_primary_storage",
)  # fmt: skip
COUNTERS = {
    "Account": OF_OWNERS,
    "Project": OF_OWNERS,  # in its account, which has its id and is in no list of accounts
    "Domain": OF_OWNERS,  # those below ROOT, in the Quota of the domain's path, which is whose counters they are here
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
    for owner in (row.get("account_id"), *domains_of(row.get("domain_path") or "/")):
        yield from _of_owner(kind, row, owner)
    match kind:
        case "VirtualMachine":
            cpus, mib, host = int(row["cpus"]), int(row["memory_mib"]), row.get("host_id")
            yield host, "guests", 1
            yield host, "cpu_used_mhz", cpus * int(row["mhz"])
            yield host, "memory_used_mib", mib
            for nic in row.get("nics") or ():
                yield nic["networkid"], "nics", 1
        case "Volume":
            yield row.get("pool_id"), "allocated", int(row["size"])
            yield row.get("template_id"), "users", 1


def _of_owner(kind: str, row: Mapping[str, Any], owner: str | None) -> Iterator[Amount]:
    """What an account, or a domain (its path), has of it."""
    match kind:
        case "VirtualMachine":
            yield owner, "used_user_vm", 1
            yield owner, "used_cpu", int(row["cpus"])
            yield owner, "used_memory", int(row["memory_mib"])
        case "Volume":
            yield owner, "used_volume", 1
            yield owner, "used_primary_storage", int(row["size"])
        case "Network":
            yield owner, "used_network", 1
        case "Template":
            yield owner, "used_template", 1
        case "PublicAddress":
            yield owner, "used_public_ip", 1
