"""Host: a hypervisor with its bridge, what it has, and how much of it is promised to guests."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)  # fmt: skip
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name


class ByZone(GlobalSecondaryIndex["Host"]):
    """Answers: which hosts are in this zone?"""

    class Meta:
        index_name = "by_zone"
        projection = KeysOnlyProjection()

    zone_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Host(Shared):
    """`state` is Connecting until its bridge enrolled, then Up, Disconnected or Down; `resource_state` is the operator's
    word (Enabled, Disabled, Maintenance ...). Speeds are MHz per core, memory MiB; used counts what is promised.
    `console_url` is where browsers reach its console proxy, `https://name:port`; empty where there is none.
    """

    noun = "host"

    class Meta:
        table_name = table_name("Host")

    name = FoldedAttribute()
    zone_id = UnicodeAttribute()
    zone_name = UnicodeAttribute()
    pod_id = UnicodeAttribute()
    pod_name = UnicodeAttribute()
    cluster_id = UnicodeAttribute()
    cluster_name = UnicodeAttribute()
    hypervisor = FoldedAttribute(default="KVM")
    hypervisor_version = UnicodeAttribute(null=True)
    driver = UnicodeAttribute(null=True)
    accelerated = BooleanAttribute(default=False)
    address = UnicodeAttribute(default="")
    console_url = UnicodeAttribute(default="")
    state = FoldedAttribute(default="Connecting")
    resource_state = UnicodeAttribute(default="Enabled")
    cluster_open = BooleanAttribute(default=True)  # whether its cluster is enabled, as its pod in `pod_open`
    pod_open = BooleanAttribute(default=True)
    dedicated_to = JSONAttribute(null=True)  # Dedication.owner of all that hold it, where there are any
    tags: ListAttribute[Any] = ListAttribute(default=list)
    cpus = NumberAttribute(default=0)
    mhz = NumberAttribute(default=0)
    memory_mib = NumberAttribute(default=0)
    cpu_overcommit = NumberAttribute(default=1.0)
    memory_overcommit = NumberAttribute(default=1.0)
    cpu_used_mhz = NumberAttribute(default=0)
    memory_used_mib = NumberAttribute(default=0)
    guests = NumberAttribute(default=0)
    inside = NumberAttribute(default=0)  # pools of its own, see javelin.data.counting
    disconnected = UTCDateTimeAttribute(null=True)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("name", "zone_id", "pod_id", "cluster_id", "hypervisor", "state", "resource_state")
    by_zone = ByZone()

    def is_for(self, account_id: str, domain_path: str) -> bool:
        """Whether all that it is dedicated to, if anything, admits guests of this account."""
        return all(
            owner == f"account/{account_id}" or f"domain{domain_path}".startswith(owner)
            for owner in self.dedicated_to or ()
        )

    @property
    def control_state(self) -> str:
        """The contract's one word for both states: what guests on it can expect."""
        if self.state == "Connecting":
            return "Unknown"
        if self.state != "Up":
            return "Offline"
        return "Maintenance" if "Maintenance" in self.resource_state else str(self.resource_state)

    @property
    def cpu_limit_mhz(self) -> int:
        """MHz that may be promised."""
        return int(int(self.cpus) * int(self.mhz) * float(self.cpu_overcommit))

    @property
    def memory_limit_mib(self) -> int:
        """MiB that may be promised."""
        return int(int(self.memory_mib) * float(self.memory_overcommit))
