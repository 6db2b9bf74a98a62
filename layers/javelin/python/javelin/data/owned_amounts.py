"""What records count for: how much of each limited resource one of them is to its account and the domains above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COUNTED = ("VirtualMachine", "Volume", "Network", "Template", "PublicAddress", "Project")  # kinds of records that count
RESOURCES = ("user_vm", "volume", "network", "template", "public_ip", "project", "cpu", "memory", "primary_storage")


def amounts(kind: str, row: Mapping[str, Any]) -> dict[str, int]:
    """By resource; nothing for kinds that do not count."""
    match kind:
        case "VirtualMachine":
            return {"user_vm": 1, "cpu": int(row["cpus"]), "memory": int(row["memory_mib"])}
        case "Volume":
            return {"volume": 1, "primary_storage": int(row["size"])}
        case "Network":
            return {"network": 1}
        case "Template":
            return {"template": 1}
        case "PublicAddress" if row.get("account_id"):
            return {"public_ip": 1}
        case "Project" if row.get("counted_for"):
            return {"project": 1}
    return {}


def account_of(kind: str, row: Mapping[str, Any]) -> str | None:
    """The account that a record counts for: its owner, but for a project, which owns itself."""
    account: str | None = row.get("counted_for" if kind == "Project" else "account_id")
    return account


def tagged_amounts(*rows: tuple[str, Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """By tag of hosts and pools, what records of these kinds count for it."""
    sums: dict[str, dict[str, int]] = {}
    for kind, row in rows:
        tags = row.get({"VirtualMachine": "host_tags", "Volume": "storage_tags"}.get(kind, "")) or ()
        for tag in dict.fromkeys(tags):
            add(sums.setdefault(tag, {}), amounts(kind, row))
    return sums


def add(sums: dict[str, int], more: Mapping[str, int]) -> None:
    """Add amounts to sums by resource."""
    for resource, amount in more.items():
        sums[resource] = sums.get(resource, 0) + amount
