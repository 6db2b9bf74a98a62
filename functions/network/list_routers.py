"""listRouters: the routers of networks, as CloudStack shows its router machines."""

from __future__ import annotations

import functools
from datetime import datetime
from uuid import UUID, uuid5

from pydantic import Field

from javelin.contract.caller import ADMINS, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Text, Uuid
from javelin.contract.responses import AnnotatedResponse, Listing, OwnedResponse, Response
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned, matching
from javelin.data.offerings import never
from javelin.data.owners import owner
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.public_address import OUTSIDE, outside_of
from javelin.messaging.network_links import LAN, MTU, WAN, digest_of, mtu_of, router_mac

STATES = {"Up": "Running", "Disconnected": "Unknown"}


class ListRouters(OwnedListRequest):
    """Lists routers: every network that has guests has one, on one of their hosts."""

    id: Uuid | None = Field(None, description="Only this one")
    name: Text | None = Field(None, description="Only that of this name")
    state: Text | None = Field(None, description="Only those in this state: Running, Stopped or Unknown")
    zoneid: Uuid | None = Field(None, description="Only those in this zone")
    podid: Uuid | None = Field(None, description="Only those on hosts of this pod")
    clusterid: Uuid | None = Field(None, description="Only those on hosts of this cluster")
    hostid: Uuid | None = Field(None, description="Only those on this host")
    networkid: Uuid | None = Field(None, description="Only that of this network")
    arch: Text | None = Field(None, description="Only those of this architecture")
    forvpc: Flag = Field(False, description="Only those of VPCs, of which there are none")
    vpcid: Uuid | None = Field(None, description="Only those of this VPC, of which there are none")
    healthchecksfailed: Flag = Field(False, description="Only those that failed a check")
    fetchhealthcheckresults: Flag = Field(False, description="Not supported: false")


class RouterNicResponse(Response):
    """A router's network interface."""

    id: str = Field(description="The NIC's id")
    networkid: str = Field(description="The network it is in")
    networkname: str = Field(description="The network's name")
    ipaddress: str = Field(description="IPv4 address")
    macaddress: str = Field(description="MAC address")
    netmask: str | None = Field(None, description="Netmask of the network")
    gateway: str | None = Field(None, description="Where it sends what goes out")
    traffictype: str = Field(description="Guest or Public")
    type: str | None = Field(None, description="Isolated or Shared")
    isdefault: bool = Field(description="Whether its default route goes here")
    deviceid: str = Field(description="Position of the NIC")
    isolationuri: str | None = Field(None, description="The segment, for operators")
    broadcasturi: str | None = Field(None, description="The segment, for operators")
    mtu: int = Field(description="The largest frame content that it sends")


class RouterResponse(OwnedResponse, AnnotatedResponse):
    """A router."""

    id: str = Field(description="The router's id")
    name: str = Field(description="The router's name")
    state: str = Field(description="Running, Stopped when its host is lost, Unknown when it is silent")
    role: str = Field("VIRTUAL_ROUTER", description="VIRTUAL_ROUTER")
    zoneid: str = Field(description="Its zone")
    zonename: str = Field(description="Its zone's name")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    created: datetime = Field(description="When its network was made")
    guestnetworkid: str = Field(description="Its network")
    guestnetworkname: str = Field(description="Its network's name")
    guestipaddress: str = Field(description="Its address in the network")
    guestmacaddress: str = Field(description="Its MAC address in the network")
    guestnetmask: str = Field(description="Netmask of the network")
    networkdomain: str = Field(description="The DNS domain of the network")
    gateway: str | None = Field(None, description="Where it sends what goes out")
    dns1: str | None = Field(None, description="Where it asks for names")
    dns2: str | None = Field(None, description="Where it asks when dns1 is silent")
    publicip: str | None = Field(None, description="The address that its guests have outside")
    publicmacaddress: str | None = Field(None, description="Its MAC address outside")
    publicnetworkid: str | None = Field(None, description="The network outside")
    publicnetmask: str | None = Field(None, description="Netmask of that address")
    hostid: str | None = Field(None, description="Where it runs, for operators")
    hostname: str | None = Field(None, description="The name of that host, for operators")
    podid: str | None = Field(None, description="That host's pod, for operators")
    podname: str | None = Field(None, description="That pod's name, for operators")
    hostcontrolstate: str | None = Field(None, description="Whether that host can be used, for operators")
    hypervisor: str = Field("KVM", description="KVM")
    isredundantrouter: bool = Field(False, description="Whether there is a second one")
    redundantstate: str = Field("UNKNOWN", description="UNKNOWN: there is no second one")
    requiresupgrade: bool = Field(False, description="Whether it is older than its host's bridge; it never is")
    healthchecksfailed: bool = Field(False, description="Whether a check failed")
    arch: str = Field("x86_64", description="x86_64")
    nic: list[RouterNicResponse] = Field(description="Its network interfaces")


@operation(
    ListRouters, roles=ADMINS, answers=RouterResponse, object_name="router",
    grants=[Network.read, Host.read, *READ_LISTS], refuses=("version",),
)  # fmt: skip
def handler(request: ListRouters, caller: Caller) -> Listing:
    """Networks have their routers in their records; hosts are found by index."""
    never(request, "fetchhealthcheckresults")
    only: list[str] | None = [request.networkid] if request.networkid else None
    if only is None and request.hostid:
        only = [row.id for row in Network.by_router_host.query(request.hostid)]
    if request.id:
        request = request.model_copy(update={"listall": True})
    networks, count = list_owned(Network, caller, request, _filters(request), only)
    hosts = {host.id: host for host in Host.load_all(network.router_host_id for network in networks)}
    admin = caller.role_type in OPERATORS
    return Listing("router", [_show(row, hosts.get(row.router_host_id), admin=admin) for row in networks], count)


def _filters(request: ListRouters) -> Filters:
    filters = Filters().nothing(request.forvpc or request.vpcid or request.healthchecksfailed)
    filters.nothing(request.arch not in (None, "x86_64")).present("router_host_id")
    filters.equal("router_id", request.id).equal("zone_id", request.zoneid).equal("router_host_id", request.hostid)
    if name := request.name:
        filters.add(lambda row: _name(row) == name)
    if keyword := request.keyword:
        filters.add(lambda row: keyword.lower() in _name(row).lower())
    if request.podid or request.clusterid:
        where = Filters().equal("pod_id", request.podid).equal("cluster_id", request.clusterid)
        filters.among("router_host_id", matching(Host, where))
    if state := request.state:
        find = functools.cache(Host.find)
        filters.add(lambda row: _state(find(row.router_host_id)).lower() == state.lower())
    return filters


def _state(host: Host | None) -> str:
    return STATES.get(host.state, "Stopped") if host else "Stopped"


def _name(network: Network) -> str:
    return f"r-{network.router_id[-12:]}-VM"


def _show(network: Network, host: Host | None, *, admin: bool) -> RouterResponse:
    seen = host if admin else None
    guest, public = _nics(network, admin=admin)
    return RouterResponse(
        id=network.router_id, name=_name(network), state=_state(host), zoneid=network.zone_id,
        zonename=network.zone_name, **owner(network), domainid=network.domain_id,
        domain=name_of(network.domain_path), domainpath=shown_path(network.domain_path), created=network.created,
        guestnetworkid=network.id, guestnetworkname=network.name,
        guestipaddress=guest.ipaddress, guestmacaddress=guest.macaddress, guestnetmask=network.netmask,
        networkdomain=network.network_domain, gateway=network.public_gateway, dns1=network.dns1, dns2=network.dns2,
        publicip=network.public_ip, publicnetmask=network.public_netmask,
        publicmacaddress=public.macaddress if public else None, publicnetworkid=public.networkid if public else None,
        hostid=seen.id if seen else None, hostname=seen.name if seen else None,
        hostcontrolstate=seen.control_state if seen else None, podid=seen.pod_id if seen else None,
        podname=seen.pod_name if seen else None, nic=[guest, public] if public else [guest],
    )  # fmt: skip


def _nics(network: Network, *, admin: bool) -> tuple[RouterNicResponse, RouterNicResponse | None]:
    """Its interface in the network and, if it has one, that to the outside."""
    digest, vni = digest_of(network.id), int(network.vni) if network.vni else None
    inside, outside = (f"vxlan://{vni}" if vni else "vlan://untagged", "vlan://untagged") if admin else (None, None)
    guest = RouterNicResponse(
        id=str(uuid5(UUID(network.router_id), LAN)), networkid=network.id, networkname=network.name,
        ipaddress=network.router_ip or network.gateway, macaddress=router_mac(digest, LAN), netmask=network.netmask,
        traffictype="Guest", type=network.type, isdefault=network.public_ip is None, mtu=mtu_of(vni),
        deviceid="0", isolationuri=inside, broadcasturi=inside,
    )  # fmt: skip
    if network.public_ip is None:
        return guest, None
    public = RouterNicResponse(
        id=str(uuid5(UUID(network.router_id), WAN)), networkid=outside_of(network.zone_id), networkname=OUTSIDE,
        ipaddress=network.public_ip, macaddress=router_mac(digest, WAN), netmask=network.public_netmask,
        gateway=network.public_gateway, traffictype="Public", isdefault=True, mtu=MTU,
        deviceid="1", isolationuri=outside, broadcasturi=outside,
    )  # fmt: skip
    return guest, public
