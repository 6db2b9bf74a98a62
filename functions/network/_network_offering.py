"""How a network offering is shown, and which services of which providers there are."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import AnnotatedResponse, Response
from javelin.data.offerings import Viewer
from javelin.data.records.network_offering import NetworkOffering

ROUTER = "VirtualRouter"
ROUTER_SERVICES = (
    "Dhcp", "Dns", "UserData", "SourceNat", "StaticNat", "PortForwarding", "Firewall", "Lb", "Vpn",
)  # fmt: skip
PROVIDERS = {
    ROUTER: frozenset(ROUTER_SERVICES),
    "VpcVirtualRouter": frozenset({*ROUTER_SERVICES, "NetworkACL"} - {"Firewall"}),
    "SecurityGroupProvider": frozenset({"SecurityGroup"}),
}


class ServiceProviderResponse(Response):
    """Who does a service."""

    name: str = Field(description="The provider's name")


class CapabilityResponse(Response):
    """Something that a service can or cannot do."""

    name: str = Field(description="The capability's name")
    value: str = Field(description="What it can")


class ServiceResponse(Response):
    """A service of a network."""

    name: str = Field(description="The service's name")
    provider: list[ServiceProviderResponse] = Field(description="Who does it")
    capability: list[CapabilityResponse] | None = Field(None, description="What was asked of it")


class NetworkOfferingResponse(AnnotatedResponse):
    """A network offering."""

    id: str = Field(description="The offering's id")
    name: str = Field(description="The offering's name")
    displaytext: str = Field(description="What it is, in words")
    state: str = Field(description="Enabled when networks can be made with it")
    created: datetime = Field(description="When it was made")
    guestiptype: str = Field(description="Isolated, Shared or L2")
    traffictype: str = Field(description="Guest")
    availability: str = Field(description="Optional or Required")
    isdefault: bool = Field(description="Whether the cloud came with it")
    specifyvlan: bool = Field(description="Whether a network's maker says its VLAN")
    specifyipranges: bool = Field(description="Whether a network's maker says its addresses")
    conservemode: bool = Field(description="Whether one address may serve several purposes")
    ispersistent: bool = Field(description="Whether networks are there without guests")
    egressdefaultpolicy: bool = Field(description="Whether guests may go out where no rule says otherwise")
    networkrate: int | None = Field(None, description="Mbit/s of a network")
    tags: str | None = Field(None, description="Tags that the physical network must have")
    service: list[ServiceResponse] = Field(description="What is done for guests, and by whom")
    domainid: str | None = Field(None, description="The domains that it is for; absent for all")
    domain: str | None = Field(None, description="Their paths")
    zoneid: str | None = Field(None, description="The zones that it is for; absent for all")
    zone: str | None = Field(None, description="Their names")
    forvpc: bool = Field(description="Whether it is for tiers of a VPC")
    internetprotocol: str = Field("IPv4", description="IPv4")
    networkmode: str = Field("NATTED", description="NATTED: guests have private addresses")
    supportsstrechedl2subnet: bool = Field(False, description="Whether networks may span zones")
    supportspublicaccess: bool = Field(False, description="Whether guests of a stretched network are reached publicly")
    supportsinternallb: bool = Field(False, description="Whether there are internal load balancers")
    fornsx: bool = Field(False, description="Whether it is for NSX")
    fortungsten: bool = Field(False, description="Whether it is for Tungsten")
    specifyasnumber: bool = Field(False, description="Whether a network's maker says its AS number")


def show(offering: NetworkOffering, viewer: Viewer) -> NetworkOfferingResponse:
    """An offering with its services."""
    asked: dict[str, list[CapabilityResponse]] = {}
    for row in offering.capabilities:
        one = CapabilityResponse(name=row["capabilitytype"], value=row["capabilityvalue"])
        asked.setdefault(row["service"], []).append(one)
    services = [
        ServiceResponse(name=name, provider=[ServiceProviderResponse(name=provider)], capability=asked.get(name))
        for name, provider in sorted(offering.services.items())
    ]
    return NetworkOfferingResponse(
        hasannotations=bool(offering.notes),
        id=offering.id, name=offering.name, displaytext=offering.display_text, state=offering.state,
        created=offering.created, guestiptype=offering.guest_type, traffictype=offering.traffic_type,
        availability=offering.availability, isdefault=offering.is_default, specifyvlan=offering.specify_vlan,
        specifyipranges=offering.specify_ip_ranges, conservemode=offering.conserve_mode,
        ispersistent=offering.persistent, egressdefaultpolicy=offering.egress_allowed,
        networkrate=None if offering.network_rate is None else int(offering.network_rate), tags=offering.tags,
        service=services, forvpc=offering.for_vpc, **viewer.shown(offering),
    )  # fmt: skip


def services_of(names: list[str] | None, providers: list[dict[str, str]] | None) -> dict[str, str]:
    """Service -> provider, from the contract's two lists. Raises InvalidParameter for what nobody here does."""
    said = {row.get("service", ""): row.get("provider", "") for row in providers or []}
    known = {service.lower(): service for services in PROVIDERS.values() for service in services}
    named = {provider.lower(): provider for provider in PROVIDERS}
    found: dict[str, str] = {}
    for asked in dict.fromkeys([*(names or []), *said]):
        service = known.get(asked.lower())
        if service is None:
            raise InvalidParameter(f"There is no service {asked}; choose among {', '.join(sorted(known.values()))}.")
        natural = "SecurityGroupProvider" if service == "SecurityGroup" else ROUTER
        wanted = said.get(asked) or ("VpcVirtualRouter" if service == "NetworkACL" else natural)
        provider = named.get(wanted.lower())
        if provider is None or service not in PROVIDERS[provider]:
            raise InvalidParameter(f"{wanted} does not do {service} here; {natural} does.")
        found[service] = provider
    return found
