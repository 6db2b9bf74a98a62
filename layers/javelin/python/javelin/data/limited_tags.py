"""Which tags of hosts and pools have limits of their own, as operators list them, and what is limited of each.

What guests and volumes have of a tag is counted whether or not it is listed, so that a tag which comes to be limited knows
what there is.
"""

from __future__ import annotations

from collections.abc import Mapping

from javelin.data.setting import Setting, values

Tagged = Mapping[str, Mapping[str, int]]  # amounts of resources, by tag

HOST_TAGS = Setting(
    "resource.limit.host.tags", "", "Advanced",
    "Host tags, comma-separated, that have limits of virtual machines, CPU cores and memory of their own",
    group="Access", subgroup="Accounts",
)  # fmt: skip
STORAGE_TAGS = Setting(
    "resource.limit.storage.tags", "", "Advanced",
    "Storage tags, comma-separated, that have limits of volumes and primary storage of their own",
    group="Access", subgroup="Accounts",
)  # fmt: skip
OF_HOSTS = ("user_vm", "cpu", "memory")
OF_STORAGE = ("volume", "primary_storage")


def limited_tags() -> dict[str, tuple[str, ...]]:
    """By tag, in the order of the settings, the resources that it has limits of."""
    found: dict[str, tuple[str, ...]] = {}
    for text, resources in zip(values(HOST_TAGS, STORAGE_TAGS), (OF_HOSTS, OF_STORAGE), strict=True):
        for tag in dict.fromkeys(filter(None, map(str.strip, text.split(",")))):
            found[tag] = (*found.get(tag, ()), *resources)
    return found
