"""How a network is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import Field

from functions.network._network_offering import ServiceProviderResponse, ServiceResponse
from javelin.contract.responses import AnnotatedResponse, OwnedResponse
from javelin.contract.tags import TagResponse
from javelin.data.owners import owner
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.tag import show_tags
from javelin.messaging.network_links import MTU, mtu_of


class NetworkResponse(OwnedResponse, AnnotatedResponse):
    """A network."""

    id: str = Field(description="The network's id")
    name: str = Field(description="The network's name")
    displaytext: str = Field(description="What people read about it")
    type: str = Field(description="Isolated or Shared")
    state: str = Field(description="Allocated (nowhere yet), Implemented, Shutdown or Destroy")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    acltype: str = Field(description="Account, or Domain when all tenants of the domain may use it")
    subdomainaccess: bool | None = Field(None, description="Whether the domains below may use it too")
    created: datetime = Field(description="When it was made")
    zoneid: str = Field(description="Its zone")
    zonename: str = Field(description="Its zone's name")
    physicalnetworkid: str | None = Field(None, description="The physical network that carries it")
    networkofferingid: str = Field(description="Its offering")
    networkofferingname: str | None = Field(None, description="That offering's name")
    networkofferingdisplaytext: str | None = Field(None, description="That offering, in words")
    networkofferingavailability: str | None = Field(None, description="That offering's availability")
    networkofferingconservemode: bool | None = Field(None, description="Whether an address serves several purposes")
    cidr: str = Field(description="Its range")
    gateway: str = Field(description="Where its guests' default route goes")
    netmask: str = Field(description="Its netmask")
    dns1: str | None = Field(None, description="Where its router asks for names")
    dns2: str | None = Field(None, description="Where its router asks when dns1 is silent")
    networkdomain: str = Field(description="The DNS domain of its guests")
    broadcastdomaintype: str = Field(description="Vxlan, or Vlan for the hosts' own bridge")
    broadcasturi: str | None = Field(None, description="The segment, for operators")
    vlan: str | None = Field(None, description="The segment's number, for operators")
    traffictype: str = Field("Guest", description="Guest")
    issystem: bool = Field(False, description="Whether it is the cloud's own")
    isdefault: bool = Field(False, description="Whether it is the default one")
    ispersistent: bool = Field(False, description="Whether it is there without guests")
    specifyvlan: bool = Field(False, description="Whether its maker said the VLAN")
    specifyipranges: bool = Field(False, description="Whether its maker said the addresses")
    restartrequired: bool = Field(False, description="Whether restartNetwork would change something")
    canusefordeploy: bool = Field(True, description="Whether guests can be deployed into it")
    displaynetwork: bool = Field(True, description="Whether users see it")
    strechedl2subnet: bool = Field(False, description="Whether it spans zones")
    redundantrouter: bool = Field(False, description="Whether its router is there twice")
    egressdefaultpolicy: bool = Field(True, description="Whether guests may go out where no rule says otherwise")
    supportsvmautoscaling: bool = Field(False, description="Whether autoscale groups can be in it")
    internetprotocol: str = Field("IPv4", description="IPv4")
    privatemtu: int = Field(description="The largest frame content that crosses it")
    publicmtu: int | None = Field(
        None, description="The largest frame content that its router sends out, if it has a way out"
    )
    related: str = Field(description="The network's id")
    service: list[ServiceResponse] = Field(default_factory=list, description="What is done for its guests")
    jobid: str | None = Field(None, description="The job that is at work on it")
    jobstatus: int | None = Field(None, description="0 while that job is at work")
    details: dict[str, str] | None = Field(None, description="Its details")
    tags: list[TagResponse] = Field(default_factory=list, description="Its tags")


def show(
    network: Network, offering: NetworkOffering | None, *, admin: bool, job_id: str | None = None
) -> NetworkResponse:
    """A network as the caller may see it: segments are for operators; `job_id` is at work on it."""
    vni = int(network.vni) if network.vni else None
    segment = str(vni) if vni else "untagged"
    services = [
        ServiceResponse(name=name, provider=[ServiceProviderResponse(name=provider)])
        for name, provider in sorted((offering.services if offering else {}).items())
    ]
    return NetworkResponse(
        hasannotations=bool(network.notes),
        id=network.id, name=network.name, displaytext=network.display_text, type=network.type, state=network.state,
        **owner(network), domainid=network.domain_id, domain=name_of(network.domain_path),
        domainpath=shown_path(network.domain_path), acltype=network.acl_type,
        subdomainaccess=True if network.shared else None, created=network.created, zoneid=network.zone_id,
        zonename=network.zone_name, physicalnetworkid=network.physical_network_id,
        networkofferingid=network.offering_id, networkofferingname=offering.name if offering else None,
        networkofferingdisplaytext=offering.display_text if offering else None,
        networkofferingavailability=offering.availability if offering else None,
        networkofferingconservemode=offering.conserve_mode if offering else None, cidr=network.cidr,
        gateway=network.gateway, netmask=network.netmask, dns1=network.dns1, dns2=network.dns2,
        networkdomain=network.network_domain, broadcastdomaintype="Vxlan" if vni else "Vlan",
        broadcasturi=(f"vxlan://{segment}" if vni else f"vlan://{segment}") if admin else None,
        vlan=segment if admin else None, ispersistent=bool(offering and offering.persistent),
        specifyvlan=bool(offering and offering.specify_vlan),
        specifyipranges=bool(offering and offering.specify_ip_ranges), restartrequired=network.restart_required,
        canusefordeploy=network.state != "Destroy", displaynetwork=network.display,
        egressdefaultpolicy=network.egress_allowed, related=network.id, service=services,
        privatemtu=mtu_of(vni), publicmtu=MTU if network.source_nat else None,
        jobid=job_id, jobstatus=None if job_id is None else 0, details=network.details or None,
        tags=show_tags(network, "Network"),
    )  # fmt: skip


def show_all(
    networks: Iterable[Network], *, admin: bool, busy: Mapping[str, str] | None = None
) -> list[NetworkResponse]:
    """Networks with their offerings, which are read together; `busy` are the jobs at work on them."""
    rows = list(networks)
    offerings = {row.id: row for row in NetworkOffering.load_all(network.offering_id for network in rows)}
    return [
        show(network, offerings.get(network.offering_id), admin=admin, job_id=(busy or {}).get(network.id))
        for network in rows
    ]
