"""listZones: the zones that the caller may use."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._capacity import GRANTS, Place, capacities
from functions.fabric_admin._zone import ZoneResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Rows, Text, Uuid, UuidList
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import asked_ids, list_shared
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.tag import Tag
from javelin.data.records.zone import Zone
from javelin.data.sort_keys import READ_SORT_KEYS, places_of
from javelin.data.zones import open_to


class ListZones(ListRequest):
    """Lists the zones that the caller may deploy into."""

    id: Uuid | None = Field(None, description="Only this zone")
    ids: UuidList | None = Field(None, description="Only these zones")
    name: Text | None = Field(None, description="Only the zone of this name")
    networktype: Text | None = Field(None, description="Only zones of this type")
    domainid: Uuid | None = Field(None, description="Only zones that are private to this domain")
    showcapacities: Flag = Field(False, description="For operators: also what each has, and how much is promised")
    showicon: Flag = Field(False, description="Accepted; there are no icons")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    available: Flag = Field(False, description="For users: only zones that are enabled (they see no others anyway)")


@operation(
    ListZones, roles=EVERYONE, answers=ZoneResponse, object_name="zone", refuses=("storageaccessgroup",),
    grants=[Zone.read, Tag.read, Sequence.read, Domain.read, *GRANTS, *READ_SORT_KEYS],
)  # fmt: skip
def handler(request: ListZones, caller: Caller) -> Listing:
    """Private zones are shown to their domain's subtree alone."""
    admin = caller.role_type in OPERATORS

    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    filters.tagged(Zone, request.tags)
    filters.word("network_type", request.networktype).equal("domain_id", request.domainid)
    if not admin:
        filters.equal("allocation_state", "Enabled").add(lambda zone: open_to(zone, caller))
    only = asked_ids(request.id, request.ids)
    zones, count = list_shared(Zone, request, filters, only, places_of(Zone))
    owners = {owner.id: owner for owner in Domain.load_all(zone.domain_id for zone in zones if zone.domain_id)}
    asked = admin and request.showcapacities
    rows = [
        show(
            zone, admin=admin, owner=owners.get(zone.domain_id),
            capacity=capacities(Place(zone.id, zone.name)) if asked else None,
        )
        for zone in zones
    ]  # fmt: skip
    return Listing("zone", rows, count)
