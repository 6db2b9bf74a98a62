"""createNetwork: a network for guests, which comes to be on hosts with its first guest."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from functions.network import _segments
from functions.network._addressing import Addressing, address, addressing
from functions.network._counted import COUNT_NETWORKS, count
from functions.network._network import NetworkResponse, show
from functions.network._uplink import uplink_of
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.offerings import REACH, fits, usable
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.address import Address
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.network import SHARED, Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.zones import require_open
from javelin.messaging.events import ANNOUNCE, announce, of_caller

DOMAIN = re.compile(
    r"^(?=.{1,190}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
)
DEFAULT_DOMAIN = "cs.internal"


class CreateNetwork(Request):
    """Makes a network for guests. An isolated one has a segment of its own; a shared one is made by operators."""

    name: Text = Field(description="The network's name")
    displaytext: Text | None = Field(None, description="What people read about it; the name when left out")
    networkofferingid: Uuid = Field(description="What its router does for guests")
    zoneid: Uuid = Field(description="The zone to make it in")
    physicalnetworkid: Uuid | None = Field(None, description="The physical network that carries it")
    gateway: Text | None = Field(None, description="Its gateway; the zone's range is taken when left out")
    netmask: Text | None = Field(None, description="Its netmask, with gateway")
    startip: Text | None = Field(None, description="The first address that guests may have")
    endip: Text | None = Field(None, description="The last address that guests may have")
    networkdomain: Text | None = Field(None, description="DNS domain of its guests")
    dns1: Text | None = Field(None, description="Where its router asks for names; the zone's when left out")
    dns2: Text | None = Field(None, description="Where its router asks when dns1 is silent")
    account: Text | None = Field(None, description="Make it for this account; needs domainid")
    domainid: Uuid | None = Field(None, description="The domain of that account, or of a shared network's tenants")
    projectid: Uuid | None = Field(None, description="Make it for this project, instead of account and domainid")
    acltype: Annotated[Text, OneOf(("Account", "Domain", "account", "domain"))] | None = Field(
        None, description="Who may use a shared network: Domain (a domain's tenants) or Account"
    )
    subdomainaccess: Flag = Field(True, description="True: the domains below may use a network of a domain too")
    vlan: Text | None = Field(
        None, description="For shared networks: untagged for the hosts' own bridge, or a segment's number"
    )
    routerip: Text | None = Field(
        None, description="The router's address in a shared network whose gateway is another's"
    )
    displaynetwork: Flag = Field(True, description="Whether users see it")
    bypassvlanoverlapcheck: Flag = Field(False, description="Accepted; a segment belongs to one network")
    hideipaddressusage: Flag = Field(False, description="Accepted; the use of addresses is not published")


REFUSED = (
    "isolatedpvlan", "isolatedpvlantype", "vpcid", "tungstenvirtualrouteruuid", "startipv6", "endipv6",
    "ip6gateway", "ip6cidr", "externalid", "aclid", "associatednetworkid", "publicmtu", "privatemtu", "ip6dns1",
    "ip6dns2", "sourcenatipaddress", "cidrsize", "asnumber", "routeripv6", "bgppeerids",
)  # fmt: skip


@operation(
    CreateNetwork, roles=EVERYONE, answers=NetworkResponse, object_name="network", refuses=REFUSED,
    grants=[
        Network.write, *COUNT_NETWORKS, *limits.COUNT, Claim.write, Address.write,
        Sequence.write, Domain.write, *REACH, *ANNOUNCE,
    ],
    event="NETWORK.CREATE",
)  # fmt: skip
def handler(request: CreateNetwork, caller: Caller) -> Item:
    """It is Allocated: no host knows of it yet."""
    zone = Zone.require(request.zoneid)
    require_open(zone, caller)
    offering = usable(NetworkOffering, caller, request.networkofferingid)
    admin = caller.role_type in OPERATORS
    if offering.state != "Enabled" or not fits(offering, domain_id=None, zone_id=zone.id):
        raise InvalidParameter(f"Network offering {offering.name} cannot be used in zone {zone.name}; choose another.")
    if zone.allocation_state != "Enabled" and not admin:
        raise PermissionDenied(f"Zone {zone.name} is disabled; ask an operator to enable it.")
    if offering.guest_type not in ("Isolated", "Shared"):
        raise InvalidParameter(f"Networks of type {offering.guest_type} are not served here; use an isolated offering.")
    network = _network(request, caller, zone, offering)
    for _ in range(_segments.ATTEMPTS):
        transaction = Transaction()
        if network.uplink is None:
            _segment(transaction, network, request.vlan)
        if network.router_ip:
            transaction.create(Address(network.id, network.router_ip, nic_id=network.id, vm_id=network.id))
        limits.use(transaction, network, network=1)
        count(transaction, network, offering)
        _stay_in_domain(transaction, network)
        network.account_bucket = network.cloud_bucket = None
        transaction.create(network)
        try:
            transaction.commit()
        except _segments.SegmentTaken:
            continue
        announce(
            of_caller(
                caller, "NETWORK.CREATE", f"Made network {network.name}", resource_type="Network",
                resource_id=network.id, owner=network,
            )
        )  # fmt: skip
        return Item("network", show(network, offering, admin=admin))
    raise InvalidParameter("Segments' numbers are taken faster than they can be found; repeat the call.")


def _stay_in_domain(transaction: Transaction, network: Network) -> None:
    """What is open to a domain without being of its accounts has the domain be where it is, open too."""
    if network.shared and network.domain_id != ROOT_DOMAIN:
        home = Domain(network.domain_id, path=network.domain_path)
        gone = PermissionDenied(f"Domain {home.shown_path} is being deleted, was moved, or is gone; look again.")
        transaction.update(home, [], home.as_read, gone)


def _segment(transaction: Transaction, network: Network, vlan: str | None) -> None:
    if vlan is None:
        _segments.take_any(transaction, network)
        return
    number = vlan.lower().removeprefix("vlan://").removeprefix("vxlan://")
    if not number.isdecimal():
        raise InvalidParameter(f"vlan {vlan} is not a segment: write untagged, or a number.")
    _segments.take(transaction, network, int(number))


def _network(request: CreateNetwork, caller: Caller, zone: Zone, offering: NetworkOffering) -> Network:
    shared = offering.guest_type == "Shared"
    open_to_domain = shared and (request.acltype or "domain").lower() == "domain"
    wanted = addressing(request.gateway, request.netmask, request.startip, request.endip, zone.guest_cidr)
    untagged = (request.vlan or "").lower().removeprefix("vlan://") == "untagged"
    physical, uplink = uplink_of(zone, request.physicalnetworkid) if shared and untagged else (None, None)
    if request.physicalnetworkid and PhysicalNetwork.require(request.physicalnetworkid).zone_id != zone.id:
        raise InvalidParameter(f"The physical network is in another zone than {zone.name}; choose one in that zone.")
    account = (
        Account.require(caller.account_id)
        if open_to_domain
        else account_named(caller, request.account, request.domainid, request.projectid)
    )
    if open_to_domain and request.projectid:
        raise InvalidParameter("A network of a domain is no project's; leave projectid out, or say acltype=Account.")
    domain_id, domain_path = account.domain_id, account.domain_path
    if not request.subdomainaccess and open_to_domain:
        raise InvalidParameter("Domains below may always use a network of a domain; leave subdomainaccess out.")
    if shared:
        _check_shared(request, caller)
    elif request.vlan is not None or request.routerip is not None:
        raise InvalidParameter("vlan and routerip are for shared networks; leave them out.")
    if open_to_domain and request.domainid:
        home = Domain.require(request.domainid)
        domain_id, domain_path = home.id, home.path
    return Network(
        new_id(), account_id=account.id, account=account.name, domain_id=domain_id, domain_path=domain_path,
        name=request.name, display_text=request.displaytext or request.name, type=offering.guest_type,
        acl_type="Domain" if open_to_domain else "Account", shared=SHARED if open_to_domain else None,
        zone_id=zone.id, zone_name=zone.name, offering_id=offering.id,
        physical_network_id=physical or request.physicalnetworkid, cidr=str(wanted.cidr), gateway=str(wanted.gateway),
        netmask=str(wanted.cidr.netmask), start_ip=str(wanted.first) if wanted.first else None,
        end_ip=str(wanted.last) if wanted.last else None, network_domain=_domain(request, account, zone),
        dns1=str(address(request.dns1, "dns1")) if request.dns1 else zone.dns1,
        dns2=str(address(request.dns2, "dns2")) if request.dns2 else zone.dns2,
        uplink=uplink,
        router_ip=_router_ip(request, wanted) if untagged else None, source_nat="SourceNat" in offering.services,
        egress_allowed=offering.egress_allowed, display=request.displaynetwork,
    )  # fmt: skip


def _check_shared(request: CreateNetwork, caller: Caller) -> None:
    if not caller.is_root:
        raise PermissionDenied("Only operators make shared networks; choose an isolated offering.")
    if request.gateway is None or request.startip is None:
        raise InvalidParameter("A shared network needs gateway, netmask, startip and endip: nobody else may use these.")


def _router_ip(request: CreateNetwork, wanted: Addressing) -> str:
    return str(address(request.routerip, "routerip") if request.routerip else wanted.router)


def _domain(request: CreateNetwork, account: Account, zone: Zone) -> str:
    name = request.networkdomain or account.network_domain
    if name is None and (home := Domain.find(account.domain_id)):
        name = home.network_domain
    name = name or zone.network_domain or DEFAULT_DOMAIN
    if not DOMAIN.match(name):
        raise InvalidParameter(f"networkdomain {name[:80]} is no domain name; write example.internal.")
    return name
