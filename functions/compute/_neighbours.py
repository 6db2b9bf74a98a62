"""What the affinity groups of a guest mean for where it may run: which hosts not, and which rather."""

from __future__ import annotations

from dataclasses import dataclass

from javelin.data import affinity
from javelin.data.records.affinity_group import APART, RATHER_APART, RATHER_TOGETHER, TOGETHER
from javelin.data.records.host import Host
from javelin.data.records.virtual_machine import VirtualMachine


@dataclass(frozen=True)
class Neighbours:
    """A guest's groups, each with how many of its guests are on which host."""

    groups: list[tuple[dict[str, str], dict[str, int]]]

    def why_not(self, host: Host) -> str | None:
        """Why a group forbids the host, if one does."""
        for group, hosts in self.groups:
            if group["type"] == APART and host.id in hosts:
                return f"has a guest of anti-affinity group {group['name']}"
            if group["type"] == TOGETHER and hosts and host.id not in hosts:
                return f"is not where the guests of affinity group {group['name']} are"
        return None

    def unwelcome(self, host: Host) -> int:
        """How little the groups that only wish want the host: guests to be apart from there, less those to be with."""
        apart = sum(hosts.get(host.id, 0) for group, hosts in self.groups if group["type"] == RATHER_APART)
        beside = sum(hosts.get(host.id, 0) for group, hosts in self.groups if group["type"] == RATHER_TOGETHER)
        return apart - beside

    @property
    def together(self) -> list[str]:
        """Hosts to look at before all others: where guests are that this one belongs to."""
        kinds = (TOGETHER, RATHER_TOGETHER)
        return list(dict.fromkeys(host for group, hosts in self.groups if group["type"] in kinds for host in hosts))

    @property
    def bound(self) -> bool:
        """Whether no other host will do."""
        return any(hosts for group, hosts in self.groups if group["type"] == TOGETHER)


def neighbours_of(machine: VirtualMachine) -> Neighbours:
    """Read where the guests of its groups are; nothing for a guest without groups."""
    return Neighbours(affinity.places(machine))
