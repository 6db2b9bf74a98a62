"""createVlanIpRange: let the cloud use public addresses."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._addresses import Range, read_range
from functions.fabric_admin._range_addresses import AT_ONCE, address_of, between, check_size, refuse_overlap
from functions.fabric_admin._vlan_range import VlanIpRangeResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ApiError, InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.counting import enter, leave
from javelin.data.ids import new_id
from javelin.data.offerings import never
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.sequence import Sequence
from javelin.data.records.vlan_range import VlanRange
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

UNTAGGED = frozenset({"untagged", "vlan://untagged"})


class CreateVlanIpRange(Request):
    """Adds a range of public addresses to a zone, at most 1024: routers and accounts take theirs from it.

    The hosts reach them by the bridge that is the label of the physical network's Public traffic.
    """

    zoneid: Uuid | None = Field(None, description="The zone; or give physicalnetworkid")
    physicalnetworkid: Uuid | None = Field(None, description="The physical network; the zone's one with Public traffic")
    gateway: Text | None = Field(None, description="The router of the outside world; needed")
    netmask: Text | None = Field(None, description="The netmask; needed")
    startip: Text | None = Field(None, description="First address; needed")
    endip: Text | None = Field(None, description="Last address; startip if missing")
    vlan: Text = Field("untagged", description="untagged")
    forvirtualnetwork: Flag = Field(True, description="True: give the range of a shared network to createNetwork")
    forsystemvms: Flag = Field(False, description="Not supported: false")


@operation(
    CreateVlanIpRange, roles=ROOT,
    grants=[VlanRange.write, PublicAddress.write, PhysicalNetwork.write, Zone.write, Sequence.write, *ANNOUNCE],
    answers=VlanIpRangeResponse, object_name="vlan", timeout=60,
    refuses=("account", "projectid", "domainid", "podid", "networkid", "startipv6", "endipv6", "ip6gateway", "ip6cidr",
             "provider"),
    event="VLAN.IP.RANGE.CREATE",
)  # fmt: skip
def handler(request: CreateVlanIpRange, caller: Caller) -> Item:
    """The range with all its addresses, or neither."""
    never(request, "forsystemvms")
    if not request.forvirtualnetwork:
        raise InvalidParameter("forvirtualnetwork must be true; the range of a shared network goes to createNetwork.")
    if request.vlan.lower() not in UNTAGGED:
        raise InvalidParameter(
            f"vlan {request.vlan} is not supported: make a bridge for it on the hosts, name it as the label of the Public"
            " traffic, and give vlan=untagged."
        )
    for name in ("gateway", "netmask", "startip"):
        if not getattr(request, name):
            raise InvalidParameter(f"{name} is missing; a range needs gateway, netmask and startip.")
    wanted = read_range(str(request.gateway), str(request.netmask), str(request.startip), request.endip)
    check_size(wanted)
    network, zone = _where(request)
    made = VlanRange(
        new_id(), zone_id=zone.id, zone_name=zone.name, physical_network_id=network.id if network else None,
        gateway=str(wanted.gateway), netmask=str(wanted.network.netmask), cidr=str(wanted.network),
        start_ip=str(wanted.first), end_ip=str(wanted.last), bridge=network.label("Public") if network else None,
    )  # fmt: skip
    refuse_overlap(made, wanted)
    _make(made, wanted)
    said = f"{caller.account} added public addresses {made.start_ip} to {made.end_ip}"
    announce(of_cloud("VLAN.IP.RANGE.CREATE", said, resource_type="VlanRange", resource_id=made.id))
    return Item("vlan", show(made))


def _where(request: CreateVlanIpRange) -> tuple[PhysicalNetwork | None, Zone]:
    if request.physicalnetworkid:
        network = PhysicalNetwork.require(request.physicalnetworkid)
        if request.zoneid not in (None, network.zone_id):
            raise InvalidParameter(f"Physical network {network.name} is in zone {network.zone_id}; give that zone.")
        return network, Zone.require(network.zone_id)
    if not request.zoneid:
        raise InvalidParameter("Say where the range is: give zoneid or physicalnetworkid.")
    zone = Zone.require(request.zoneid)
    networks = [one for ids in ids_of(PhysicalNetwork) for one in PhysicalNetwork.load_all(ids)]
    carrying = [
        one for one in networks if one.zone_id == zone.id and any(row["type"] == "Public" for row in one.traffic_types)
    ]
    return next(iter(carrying), None), zone


def _make(made: VlanRange, wanted: Range) -> None:
    """Make the range and all its addresses, or nothing if another range took one of them meanwhile."""
    whole = between(wanted.first, wanted.last)
    done: list[VlanRange | PublicAddress] = []
    for start in range(0, len(whole), AT_ONCE):
        records: list[VlanRange | PublicAddress] = [] if done else [made]
        records += [address_of(made, ip) for ip in whole[start : start + AT_ONCE]]
        transaction = Transaction()
        for record in records:
            transaction.create(record, InvalidParameter("Another range took some of these addresses; choose others."))
        if not done:
            enter(transaction, Zone, made.zone_id)
            if made.physical_network_id:
                enter(transaction, PhysicalNetwork, made.physical_network_id)
        try:
            transaction.commit()
        except ApiError:
            if done:
                _take_back(made, done)
            raise
        done += records


def _take_back(made: VlanRange, done: list[VlanRange | PublicAddress]) -> None:
    for record in done[1:]:
        record.delete(add_version_condition=False)
    transaction = Transaction()
    transaction.delete(made)
    leave(transaction, Zone, made.zone_id)
    if made.physical_network_id:
        leave(transaction, PhysicalNetwork, made.physical_network_id)
    transaction.commit()
