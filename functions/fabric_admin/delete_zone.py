"""deleteZone: let go of a zone that has nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import holds
from javelin.data.filters import Filters
from javelin.data.indexes import shown_by
from javelin.data.lists import matching
from javelin.data.record import Owned, Shared
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.host import Host
from javelin.data.records.image_store import ImageStore
from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.vlan_range import VlanRange
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

QUIET = 60  # seconds after which every call has ended that found the zone enabled
INSIDE: dict[str, type[Owned | Shared]] = {
    "virtual machines": VirtualMachine, "volumes": Volume, "networks": Network, "templates": Template, "hosts": Host,
    "storage pools": StoragePool, "pods": Pod, "address ranges": VlanRange, "image stores": ImageStore,
}  # fmt: skip


class DeleteZone(Request):
    """Deletes a zone that is disabled and has nothing in it. Its physical networks go with it."""

    id: Uuid = Field(description="The zone")


@operation(
    DeleteZone, roles=ROOT,
    grants=[Zone.write, Claim.write, Dedication.write, Sequence.read, *(record.read for record in INSIDE.values()),
            PhysicalNetwork.write, *ANNOUNCE],
    event="ZONE.DELETE",
)  # fmt: skip
def handler(request: DeleteZone, caller: Caller) -> Success:
    """From the inside out: what it has is told, by kind."""
    zone = Zone.require(request.id)
    inside = [kind for kind, record in INSIDE.items() if next(_in_zone(record, zone.id), None)]
    if inside:
        raise ResourceInUse(f"Zone {zone.name} has {', '.join(inside)}; delete these first, then repeat.")
    wires = PhysicalNetwork.load_all(_in_zone(PhysicalNetwork, zone.id))
    _require_quiet(zone)
    busy = ResourceInUse(f"Zone {zone.name} was enabled, got something new, or is gone; look again, then repeat.")
    transaction = Transaction()
    transaction.delete(zone, holds(Zone, len(wires)) & (Zone.allocation_state == "Disabled"), busy)
    transaction.delete(Dedication(zone.id))
    transaction.release(f"zone/{zone.name}")
    for network in wires:
        transaction.delete(network)
        transaction.release(f"physical_network/{zone.id}/{network.name}")
    transaction.commit()
    announce(
        of_cloud("ZONE.DELETE", f"{caller.account} deleted zone {zone.name}", resource_type="Zone", resource_id=zone.id)
    )
    return Success()


def _require_quiet(zone: Zone) -> None:
    """Raise ResourceInUse unless no call can be under way that found the zone enabled, and makes something in it."""
    if zone.allocation_state != "Disabled":
        raise ResourceInUse(f"Zone {zone.name} is {zone.allocation_state}; disable it, then repeat.")
    if zone.disabled is None:
        return
    left = QUIET - (datetime.now(UTC) - zone.disabled).total_seconds()
    if left > 0:
        raise ResourceInUse(
            f"Zone {zone.name} was enabled until just now, and calls may still be under way; repeat in {left:.0f} seconds."
        )


def _in_zone(record: type[Owned | Shared], zone_id: str) -> Iterator[str]:
    """What of a kind is in the zone: by its directory, or one by one where there are few of a kind."""
    if "zone_id" in shown_by(record):
        yield from matching(record, Filters().equal("zone_id", zone_id))
        return
    for ids in ids_of(record):
        yield from (str(row.id) for row in record.load_all(ids) if getattr(row, "zone_id", None) == zone_id)
