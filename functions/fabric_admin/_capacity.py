"""What a zone, pod or cluster has, and how much of it is promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from pydantic import Field

from javelin.contract.responses import Response
from javelin.data.records.host import Host
from javelin.data.records.public_address import FREE_SHARDS, PublicAddress
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.vlan_range import VlanRange
from javelin.data.walk import ids_of

MIB = 2**20
NAMES = {0: "MEMORY", 1: "CPU", 2: "STORAGE", 3: "STORAGE_ALLOCATED", 4: "VIRTUAL_NETWORK_PUBLIC_IP",
         9: "LOCAL_STORAGE"}  # fmt: skip
GRANTS = (Host.read, StoragePool.read, PublicAddress.read, VlanRange.read)


class CapacityResponse(Response):
    """How much there is of something, and how much of it is promised."""

    type: int = Field(description="What it is, as a number")
    name: str = Field(description="What it is, in words")
    zoneid: str = Field(description="The zone")
    zonename: str = Field(description="The zone's name")
    podid: str | None = Field(None, description="The pod that was asked for")
    podname: str | None = Field(None, description="That pod's name")
    clusterid: str | None = Field(None, description="The cluster that was asked for")
    clustername: str | None = Field(None, description="That cluster's name")
    tag: str | None = Field(None, description="The tag of hosts or pools that was asked for")
    capacitytotal: int = Field(description="How much there is")
    capacityused: int = Field(description="How much is promised or in use")
    capacityallocated: int = Field(description="How much is promised")
    percentused: str = Field(description="The part that is promised or in use")


@dataclass(frozen=True)
class Place:
    """A zone, or a pod or cluster of it, or what there has a tag."""

    zone_id: str
    zone_name: str
    pod_id: str | None = None
    pod_name: str | None = None
    cluster_id: str | None = None
    cluster_name: str | None = None
    tag: str | None = None

    def holds(self, one: Host | StoragePool) -> bool:
        """Whether a host or pool of the zone counts here."""
        if self.tag is not None and self.tag not in one.tags:
            return False
        return self.pod_id in (None, one.pod_id) and self.cluster_id in (None, one.cluster_id)

    @property
    def whole_zone(self) -> bool:
        """Whether all that the zone has counts here."""
        return self.pod_id is None and self.cluster_id is None and self.tag is None


@dataclass(frozen=True)
class Amount:
    """How much there is of a type, and how much is used."""

    type: int
    total: int
    used: int

    @property
    def percent(self) -> float:
        """The part that is used."""
        return 100 * self.used / self.total if self.total else 0.0


@dataclass(frozen=True)
class Stock:
    """The hosts that are up and the pools of a zone."""

    hosts: list[Host]
    pools: list[StoragePool]


def stock_of(zone_id: str) -> Stock:
    """What the zone has."""
    hosts = Host.load_all(row.id for row in Host.by_zone.query(zone_id))
    pools = StoragePool.load_all(row.id for row in StoragePool.by_zone.query(zone_id))
    return Stock([host for host in hosts if host.state == "Up"], pools)


def amounts(place: Place) -> list[Amount]:
    """From what the place's hosts and pools count, by type; public addresses are the zone's alone.

    Of a tag, there is a row only where hosts or pools have it.
    """
    stock = stock_of(place.zone_id)
    hosts = [host for host in stock.hosts if place.holds(host)]
    pools = [pool for pool in stock.pools if place.holds(pool)]
    found: list[Amount] = []
    if hosts or place.tag is None:
        found += of_hosts(hosts)
    if pools or place.tag is None:
        found += of_pools(pools)
    if place.whole_zone:
        found.append(public_addresses(place.zone_id))
    return sorted(found, key=lambda amount: amount.type)


def of_hosts(hosts: list[Host]) -> Iterator[Amount]:
    """Their memory and CPU."""
    yield Amount(0, _sum(one.memory_limit_mib for one in hosts) * MIB, _sum(one.memory_used_mib for one in hosts) * MIB)
    yield Amount(1, _sum(one.cpu_limit_mhz for one in hosts), _sum(one.cpu_used_mhz for one in hosts))


def of_pools(pools: list[StoragePool]) -> Iterator[Amount]:
    """What is in use and promised of shared pools, and promised of hosts' own."""
    shared, local = [one for one in pools if one.scope != "HOST"], [one for one in pools if one.scope == "HOST"]
    yield Amount(2, _sum(one.capacity for one in shared), _sum(one.used for one in shared))
    yield Amount(3, _sum(one.limit for one in shared), _sum(one.allocated for one in shared))
    yield Amount(9, _sum(one.limit for one in local), _sum(one.allocated for one in local))


def show(place: Place, amount: Amount) -> CapacityResponse:
    """An amount, with the place that has it."""
    return CapacityResponse(
        type=amount.type, name=NAMES[amount.type], zoneid=place.zone_id, zonename=place.zone_name, podid=place.pod_id,
        podname=place.pod_name, clusterid=place.cluster_id, clustername=place.cluster_name,
        capacitytotal=amount.total, capacityused=amount.used, capacityallocated=amount.used,
        percentused=f"{amount.percent:.2f}", tag=place.tag,
    )  # fmt: skip


def capacities(place: Place) -> list[CapacityResponse]:
    """All that the place has."""
    return [show(place, amount) for amount in amounts(place)]


def public_addresses(zone_id: str) -> Amount:
    """How many the zone has, and how many of them are taken."""
    total = 0
    for ids in ids_of(VlanRange):
        for one in VlanRange.load_all(ids):
            if one.zone_id == zone_id:
                total += int(IPv4Address(one.end_ip)) - int(IPv4Address(one.start_ip)) + 1
    free = sum(PublicAddress.by_free.count(f"{zone_id}/{shard}") for shard in range(FREE_SHARDS)) if total else 0
    return Amount(4, total, total - free)


def _sum(numbers: Iterable[float]) -> int:
    return sum(int(number) for number in numbers)
