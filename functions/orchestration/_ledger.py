"""What records add up to: the counters of accounts, hosts, pools, templates and networks, from what they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from javelin.data.counters import domains_of
from javelin.data.owned_amounts import RESOURCES, account_of, amounts, tagged_amounts
from javelin.data.records.quota import Quota

Amount = tuple[str | None, str, int]  # whose counter, which, how much the record adds to it

OF_OWNERS = tuple(f"used_{resource}" for resource in RESOURCES)
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
    tagged = tagged_amounts((kind, row))
    for owner in (account_of(kind, row), *domains_of(row.get("domain_path") or "/")):
        for resource, amount in amounts(kind, row).items():
            yield owner, f"used_{resource}", amount
        for tag, of_tag in tagged.items():
            for resource, amount in of_tag.items():
                yield owner and Quota.of_tag(owner, tag), f"used_{resource}", amount
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
