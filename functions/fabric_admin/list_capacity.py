"""listCapacity: what the zones have, and how much of it is promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address

from pydantic import Field

from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.records.host import Host
from javelin.data.records.public_address import FREE_SHARDS, PublicAddress
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.vlan_range import VlanRange
from javelin.data.records.zone import Zone
from javelin.data.walk import ids_of

MIB = 2**20
NAMES = {0: "MEMORY", 1: "CPU", 2: "STORAGE", 3: "STORAGE_ALLOCATED", 4: "VIRTUAL_NETWORK_PUBLIC_IP",
         9: "LOCAL_STORAGE"}  # fmt: skip


class ListCapacity(ListRequest):
    """Lists what zones have and what is promised of it: memory and storage in bytes, CPU in MHz."""

    zoneid: Uuid | None = Field(None, description="Only this zone")
    podid: Uuid | None = Field(None, description="Only hosts and pools of this pod")
    clusterid: Uuid | None = Field(None, description="Only hosts and pools of this cluster")
    type: Integer | None = Field(
        None, description="0 memory, 1 CPU, 2 storage in use, 3 storage promised, 4 public addresses, 9 local storage"
    )
    fetchlatest: Flag = Field(False, description="Taken for older clients; the numbers are always fresh")
    sortby: Text | None = Field(None, description="usage: the fullest first")


class CapacityResponse(Response):
    """How much there is of something, and how much of it is promised."""

    type: int = Field(description="What it is, as a number")
    name: str = Field(description="What it is, in words")
    zoneid: str = Field(description="The zone")
    zonename: str = Field(description="The zone's name")
    podid: str | None = Field(None, description="The pod that was asked for")
    clusterid: str | None = Field(None, description="The cluster that was asked for")
    capacitytotal: int = Field(description="How much there is")
    capacityused: int = Field(description="How much is promised or in use")
    capacityallocated: int = Field(description="How much is promised")
    percentused: str = Field(description="The part that is promised or in use")


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


@operation(
    ListCapacity, roles=OPERATORS,
    grants=[Zone.read, Host.read, StoragePool.read, PublicAddress.read, VlanRange.read, Sequence.read],
    answers=CapacityResponse, object_name="capacity", refuses=("tag",),
)  # fmt: skip
def handler(request: ListCapacity, caller: Caller) -> Listing:
    """Zone by zone, from what hosts and pools count."""
    keys = [request.zoneid] if request.zoneid else [key for ids in ids_of(Zone) for key in ids]
    found = [
        (zone, amount)
        for zone in Zone.load_all(keys)
        for amount in _amounts(zone, request)
        if request.type in (None, amount.type)
    ]
    if (request.sortby or "").lower() == "usage":
        found.sort(key=lambda pair: pair[1].percent, reverse=True)
    page = window(request)
    rows = [_row(zone, amount, request) for zone, amount in found[page.start : page.start + page.size]]
    return Listing("capacity", rows, len(found))


def _amounts(zone: Zone, request: ListCapacity) -> Iterable[Amount]:
    hosts = [
        host
        for host in Host.load_all(row.id for row in Host.by_zone.query(zone.id))
        if host.state == "Up" and _asked(host, request)
    ]
    pools = [
        pool
        for pool in StoragePool.load_all(row.id for row in StoragePool.by_zone.query(zone.id))
        if _asked(pool, request)
    ]
    shared, local = [one for one in pools if one.scope != "HOST"], [one for one in pools if one.scope == "HOST"]
    yield Amount(0, _sum(one.memory_limit_mib for one in hosts) * MIB, _sum(one.memory_used_mib for one in hosts) * MIB)
    yield Amount(1, _sum(one.cpu_limit_mhz for one in hosts), _sum(one.cpu_used_mhz for one in hosts))
    yield Amount(2, _sum(one.capacity for one in shared), _sum(one.used for one in shared))
    yield Amount(3, _sum(one.limit for one in shared), _sum(one.allocated for one in shared))
    if request.podid is None and request.clusterid is None:
        yield _public_addresses(zone)
    yield Amount(9, _sum(one.limit for one in local), _sum(one.allocated for one in local))


def _public_addresses(zone: Zone) -> Amount:
    total = 0
    for ids in ids_of(VlanRange):
        for one in VlanRange.load_all(ids):
            if one.zone_id == zone.id:
                total += int(IPv4Address(one.end_ip)) - int(IPv4Address(one.start_ip)) + 1
    free = sum(PublicAddress.by_free.count(f"{zone.id}/{shard}") for shard in range(FREE_SHARDS)) if total else 0
    return Amount(4, total, total - free)


def _asked(one: Host | StoragePool, request: ListCapacity) -> bool:
    return request.podid in (None, one.pod_id) and request.clusterid in (None, one.cluster_id)


def _sum(numbers: Iterable[float]) -> int:
    return sum(int(number) for number in numbers)


def _row(zone: Zone, amount: Amount, request: ListCapacity) -> CapacityResponse:
    return CapacityResponse(
        type=amount.type, name=NAMES[amount.type], zoneid=zone.id, zonename=zone.name, podid=request.podid,
        clusterid=request.clusterid, capacitytotal=amount.total, capacityused=amount.used,
        capacityallocated=amount.used, percentused=f"{amount.percent:.2f}",
    )  # fmt: skip
