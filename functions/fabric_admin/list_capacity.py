"""listCapacity: what the zones have, and how much of it is promised."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin import _capacity
from functions.fabric_admin._capacity import CapacityResponse, Place
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import window
from javelin.data.records.cluster import Cluster
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.walk import ids_of


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
    tag: Text | None = Field(None, description="Only hosts and pools with this tag")


@operation(
    ListCapacity, roles=OPERATORS, grants=[Zone.read, Pod.read, Cluster.read, Sequence.read, *_capacity.GRANTS],
    answers=CapacityResponse, object_name="capacity",
)  # fmt: skip
def handler(request: ListCapacity, caller: Caller) -> Listing:
    """Zone by zone, from what hosts and pools count."""
    keys = [request.zoneid] if request.zoneid else [key for ids in ids_of(Zone) for key in ids]
    pod = Pod.find(request.podid) if request.podid else None
    cluster = Cluster.find(request.clusterid) if request.clusterid else None
    found = [
        (place, amount)
        for zone in Zone.load_all(keys)
        for place in [
            Place(
                zone.id, zone.name, request.podid, pod.name if pod else None, request.clusterid,
                cluster.name if cluster else None, request.tag or None,
            )
        ]
        for amount in _capacity.amounts(place)
        if request.type in (None, amount.type)
        and (request.keyword or "").upper() in _capacity.NAMES[amount.type]
    ]  # fmt: skip
    if (request.sortby or "").lower() == "usage":
        found.sort(key=lambda pair: pair[1].percent, reverse=True)
    page = window(request)
    rows = [_capacity.show(place, amount) for place, amount in found[page.start : page.start + page.size]]
    return Listing("capacity", rows, len(found))
