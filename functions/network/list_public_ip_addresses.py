"""listPublicIpAddresses: the public addresses that the caller has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Rows, Text, Uuid
from javelin.contract.responses import AnnotatedResponse, Listing, OwnedResponse
from javelin.contract.tags import TagResponse
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_shared
from javelin.data.owners import owner_named
from javelin.data.reach import Reach, reach_of
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.public_address import OUTSIDE, PublicAddress, outside_of
from javelin.data.records.tag import Tag, show_tags


class ListPublicIpAddresses(OwnedListRequest):
    """Lists public addresses: those that are somebody's, and for operators the free ones too."""

    id: Uuid | None = Field(None, description="Only this one")
    ipaddress: Text | None = Field(None, description="Only this address")
    allocatedonly: Flag = Field(True, description="Leave out the free ones; operators alone see them")
    state: Text | None = Field(None, description="Only those in this state: Free or Allocated")
    zoneid: Uuid | None = Field(None, description="Only those of this zone")
    vlanid: Uuid | None = Field(None, description="Only those of this range")
    physicalnetworkid: Uuid | None = Field(None, description="Only those that this physical network carries")
    associatednetworkid: Uuid | None = Field(None, description="Only those of this guest network")
    issourcenat: Flag | None = Field(None, description="Only those behind which a network's guests go out (or not)")
    isstaticnat: Flag | None = Field(None, description="Only those that stand for one guest (or not)")
    forvirtualnetwork: Flag | None = Field(None, description="True, as all are; false for none")
    forloadbalancing: Flag = Field(False, description="Only those of load balancers, of which there are none")
    networkid: Uuid | None = Field(None, description="Only those of this network outside, of which a zone has one")
    vpcid: Uuid | None = Field(None, description="Only those of this VPC, of which there are none")
    fordisplay: Flag = Field(True, description="True, as users see all their addresses; false for none")
    forsystemvms: Flag = Field(False, description="Only those of system machines, of which there are none")
    forprovider: Flag = Field(False, description="Only those of other providers, of which there are none")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    retrieveonlyresourcecount: Flag = Field(False, description="Give the count alone")


class PublicAddressResponse(OwnedResponse, AnnotatedResponse):
    """A public address."""

    id: str = Field(description="The address's id")
    ipaddress: str = Field(description="The address")
    state: str = Field(description="Free, Allocated or Releasing")
    allocated: datetime | None = Field(None, description="Since when it is somebody's")
    zoneid: str = Field(description="Its zone")
    zonename: str = Field(description="Its zone's name")
    domainid: str | None = Field(None, description="The domain of its owner")
    domain: str | None = Field(None, description="That domain's name")
    domainpath: str | None = Field(None, description="That domain's path")
    associatednetworkid: str | None = Field(None, description="The guest network that it is for")
    associatednetworkname: str | None = Field(None, description="That network's name")
    issourcenat: bool = Field(description="Whether the network's guests go out behind it")
    isstaticnat: bool = Field(description="Whether it stands for one guest")
    virtualmachineid: str | None = Field(None, description="That guest")
    physicalnetworkid: str | None = Field(None, description="The physical network that carries it")
    vlanid: str | None = Field(None, description="The range that it is of, for operators")
    vlanname: str | None = Field(None, description="The range's VLAN, for operators")
    networkid: str = Field(description="The network outside that it is in")
    networkname: str = Field(OUTSIDE, description="That network's name")
    forvirtualnetwork: bool = Field(True, description="Whether it is for isolated networks")
    issystem: bool = Field(False, description="Whether it is the cloud's own")
    isportable: bool = Field(False, description="Whether it can move between zones")
    forsystemvms: bool = Field(False, description="Whether it is for the cloud's own guests alone")
    forprovider: bool = Field(False, description="Whether it is for another provider of networks")
    fordisplay: bool = Field(True, description="Whether users see it")
    hasrules: bool = Field(False, description="Whether rules use it")
    tags: list[TagResponse] = Field(default_factory=list, description="Its tags")


@operation(
    ListPublicIpAddresses, roles=EVERYONE, answers=PublicAddressResponse, object_name="publicipaddress",
    grants=[PublicAddress.read, Tag.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListPublicIpAddresses, caller: Caller) -> Listing:
    """An account's and a network's addresses are found by index, the cloud's by its list."""
    admin = caller.is_root
    filters, reach = _filters(request), reach_of(caller, request)
    if network := request.associatednetworkid:
        filters.found(lambda _: _ids(PublicAddress.by_network, [network]), lambda row: row.network_id == network)
    elif not reach.everything and (request.allocatedonly or not admin):
        _within(filters, reach)
    if not admin:
        filters.add(lambda row: _visible(row, caller))
    rows, count = list_shared(PublicAddress, request, filters, [request.id] if request.id else None)
    return Listing(
        "publicipaddress", [] if request.retrieveonlyresourcecount else [_show(row, admin) for row in rows], count
    )


def _filters(request: ListPublicIpAddresses) -> Filters:
    filters = Filters().equal("ip", request.ipaddress).word("state", request.state).equal("zone_id", request.zoneid)
    filters.equal("range_id", request.vlanid).equal("physical_network_id", request.physicalnetworkid)
    filters.contains(request.keyword, "ip", "network_name")
    filters.equal("source_nat", request.issourcenat).equal("static_nat", request.isstaticnat)
    if request.networkid:
        filters.equal("zone_id", outside_of(request.networkid))
    if request.allocatedonly and not request.state:
        filters.outside("state", ("Free",))
    filters.nothing(request.forloadbalancing or request.vpcid or request.forsystemvms)
    filters.nothing(request.forvirtualnetwork is False or not request.fordisplay)
    return filters.nothing(request.forprovider).tagged(PublicAddress, request.tags)


def _within(filters: Filters, reach: Reach) -> None:
    """Keep what these accounts, or this domain, have."""
    if (accounts := reach.accounts) is not None:
        filters.found(lambda _: _ids(PublicAddress.by_owner, accounts), lambda row: row.account_id in accounts)
    elif reach.path is not None:
        filters.under("domain_path", reach.path, reach.below)
    else:
        filters.nothing(True)


def _ids(index: Any, owners: Iterable[str]) -> list[str]:
    return sorted(row.id for owner in owners for row in index.query(owner))


def _visible(row: PublicAddress, caller: Caller) -> bool:
    if row.account_id is None:
        return caller.is_root
    return caller.sees(row.account_id, row.domain_path)


def _show(row: PublicAddress, admin: bool) -> PublicAddressResponse:
    return PublicAddressResponse(
        hasannotations=bool(row.notes),
        id=row.id, ipaddress=row.ip, state=row.state, allocated=row.allocated, zoneid=row.zone_id,
        zonename=row.zone_name, **owner_named(row.account, row.account_id), domainid=row.domain_id,
        domain=name_of(row.domain_path) if row.domain_path else None,
        domainpath=shown_path(row.domain_path) if row.domain_path else None, associatednetworkid=row.network_id,
        associatednetworkname=row.network_name, issourcenat=row.source_nat, isstaticnat=row.static_nat,
        virtualmachineid=row.vm_id, physicalnetworkid=row.physical_network_id, vlanid=row.range_id if admin else None,
        networkid=outside_of(row.zone_id), vlanname=f"vlan://{row.vlan}" if admin else None,
        tags=show_tags(row, "PublicIpAddress"),
    )  # fmt: skip
