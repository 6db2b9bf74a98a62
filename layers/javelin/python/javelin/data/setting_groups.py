"""The groups that settings are shown in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A group of settings, and the groups inside of it in their order."""

    name: str
    description: str
    subgroups: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "Access",
        "Who may call, how often, and what domains pass on",
        ("API", "Accounts", "Domains", "Projects", "Users"),
    ),
    Group("Compute", "Guests, and what hosts promise to them", ("Capacity", "Virtual Machine")),
    Group("Storage", "Pools and images", ("Primary Storage", "Images")),
    Group("Network", "Networks and their addresses", ("Addresses",)),
    Group("Management Server", "Jobs, events and what is kept of them", ("Jobs", "Events", "Webhooks", "Usage")),
    Group("Miscellaneous", "What is in no other group", ("Others",)),
)
