"""What is counted of accounts and domains, and the attributes that count it; javelin.data.limits changes them."""

from __future__ import annotations

from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeSetAttribute

from javelin.data.record import Record

GIB = 2**30
UNLIMITED = -1


@dataclass(frozen=True)
class Resource:
    """A kind of thing that is limited: the contract's number and word for it, what sentences, responses and settings call
    it, and how many of what is counted make one of what limits are given in."""

    number: int
    words: str
    shown: str
    setting: str
    unit: int = 1


RESOURCES = {
    "user_vm": Resource(0, "virtual machines", "vm", "user.vms"),
    "public_ip": Resource(1, "public IP addresses", "ip", "public.ips"),
    "volume": Resource(2, "volumes", "volume", "volumes"),
    "snapshot": Resource(3, "snapshots", "snapshot", "snapshots"),
    "template": Resource(4, "templates", "template", "templates"),
    "project": Resource(5, "projects", "project", "projects"),
    "network": Resource(6, "networks", "network", "networks"),
    "vpc": Resource(7, "VPCs", "vpc", "vpcs"),
    "cpu": Resource(8, "CPU cores", "cpu", "cpus"),
    "memory": Resource(9, "MiB of memory", "memory", "memory"),
    "primary_storage": Resource(10, "bytes of primary storage", "primarystorage", "primary.storage", GIB),
    "secondary_storage": Resource(11, "bytes of secondary storage", "secondarystorage", "secondary.storage", GIB),
}


class Counted(Record):
    """`used_x` is how much of x there is, `limit_x` the most that may be (absent: as much as one likes), and `over_x` how
    much more than the limit is used: mostly less than nothing. It says nothing while there is no limit. `tagged` are the tags
    of which something is or was counted, or limited: see Quota.of_tag.
    """

    tagged = UnicodeSetAttribute(null=True)

    used_user_vm = NumberAttribute(default=0)
    used_public_ip = NumberAttribute(default=0)
    used_volume = NumberAttribute(default=0)
    used_snapshot = NumberAttribute(default=0)
    used_template = NumberAttribute(default=0)
    used_project = NumberAttribute(default=0)
    used_network = NumberAttribute(default=0)
    used_vpc = NumberAttribute(default=0)
    used_cpu = NumberAttribute(default=0)
    used_memory = NumberAttribute(default=0)  # MiB
    used_primary_storage = NumberAttribute(default=0)  # bytes
    used_secondary_storage = NumberAttribute(default=0)  # bytes
    limit_user_vm = NumberAttribute(null=True)
    limit_public_ip = NumberAttribute(null=True)
    limit_volume = NumberAttribute(null=True)
    limit_snapshot = NumberAttribute(null=True)
    limit_template = NumberAttribute(null=True)
    limit_project = NumberAttribute(null=True)
    limit_network = NumberAttribute(null=True)
    limit_vpc = NumberAttribute(null=True)
    limit_cpu = NumberAttribute(null=True)
    limit_memory = NumberAttribute(null=True)
    limit_primary_storage = NumberAttribute(null=True)
    limit_secondary_storage = NumberAttribute(null=True)
    over_user_vm = NumberAttribute(null=True)
    over_public_ip = NumberAttribute(null=True)
    over_volume = NumberAttribute(null=True)
    over_snapshot = NumberAttribute(null=True)
    over_template = NumberAttribute(null=True)
    over_project = NumberAttribute(null=True)
    over_network = NumberAttribute(null=True)
    over_vpc = NumberAttribute(null=True)
    over_cpu = NumberAttribute(null=True)
    over_memory = NumberAttribute(null=True)
    over_primary_storage = NumberAttribute(null=True)
    over_secondary_storage = NumberAttribute(null=True)

    def used(self, resource: str) -> int:
        """How much of it there is."""
        return int(getattr(self, f"used_{resource}") or 0)

    def limit(self, resource: str) -> int | None:
        """The most that may be; None if there is no limit."""
        limit = getattr(self, f"limit_{resource}")
        return None if limit is None else int(limit)


def domains_of(path: str) -> list[str]:
    """The paths of the domains that something in the domain at `path` counts for: /a/b/ -> /a/, /a/b/. ROOT has none."""
    names = path.split("/")[1:-1]
    return [f"/{'/'.join(names[: depth + 1])}/" for depth in range(len(names))]
