"""How physical networks, their traffic types and their service providers are shown."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import Response
from javelin.data.ids import new_id
from javelin.data.records.physical_network import PhysicalNetwork

ROUTER_SERVICES = ("Dhcp", "Dns", "UserData", "SourceNat", "StaticNat", "PortForwarding", "Firewall", "Lb", "Vpn")
PROVIDERS: dict[str, tuple[str, ...]] = {
    "VirtualRouter": ROUTER_SERVICES,
    "VpcVirtualRouter": (*(name for name in ROUTER_SERVICES if name != "Firewall"), "NetworkACL"),
    "SecurityGroupProvider": ("SecurityGroup",),
}


class PhysicalNetworkResponse(Response):
    """A physical network."""

    id: str = Field(description="The physical network's id")
    name: str = Field(description="The physical network's name")
    zoneid: str = Field(description="The zone that it is in")
    zonename: str = Field(description="The zone's name")
    state: str = Field(description="Enabled when networks can be made on it")
    broadcastdomainrange: str = Field(description="ZONE or POD: how far a broadcast reaches")
    isolationmethods: str | None = Field(None, description="How networks are kept apart")
    vlan: str | None = Field(None, description="The range of numbers that networks may take")
    networkspeed: str | None = Field(None, description="Its speed")
    tags: str | None = Field(None, description="Its tags, comma-separated")
    domainid: str | None = Field(None, description="The domain that it is for")


class TrafficTypeResponse(Response):
    """A kind of traffic on a physical network."""

    id: str = Field(description="The traffic type's id")
    traffictype: str = Field(description="Guest, Management, Public or Storage")
    physicalnetworkid: str = Field(description="The physical network")
    kvmnetworklabel: str | None = Field(None, description="The hosts' bridge that carries it")


class ProviderResponse(Response):
    """Who serves networks."""

    id: str = Field(description="The provider's id")
    name: str = Field(description="The provider's name")
    physicalnetworkid: str = Field(description="The physical network")
    state: str = Field(description="Enabled or Disabled")
    servicelist: list[str] = Field(description="What it does for guests")
    canenableindividualservice: bool = Field(True, description="Whether networks may take some of its services alone")


def show(network: PhysicalNetwork) -> PhysicalNetworkResponse:
    """A physical network."""
    return PhysicalNetworkResponse(
        id=network.id, name=network.name, zoneid=network.zone_id, zonename=network.zone_name, state=network.state,
        broadcastdomainrange=network.broadcast_range, isolationmethods=",".join(network.isolation_methods) or None,
        vlan=network.vlan, networkspeed=network.speed, tags=",".join(network.tags) or None,
        domainid=network.domain_id,
    )  # fmt: skip


def show_traffic(network: PhysicalNetwork, row: dict[str, Any]) -> TrafficTypeResponse:
    """A traffic type."""
    return TrafficTypeResponse(
        id=row["id"], traffictype=row["type"], physicalnetworkid=network.id, kvmnetworklabel=row["label"]
    )


def show_provider(network: PhysicalNetwork, row: dict[str, Any]) -> ProviderResponse:
    """A provider."""
    return ProviderResponse(
        id=row["id"], name=row["name"], physicalnetworkid=network.id, state=row["state"], servicelist=row["services"]
    )


def services_of(provider: str, wanted: list[str]) -> list[str]:
    """What a provider shall do, of what it can. Raises InvalidParameter for what it cannot."""
    can = {name.lower(): name for name in PROVIDERS[provider]}
    unknown = [name for name in wanted if name.lower() not in can]
    if unknown:
        raise InvalidParameter(f"{provider} does not do {', '.join(unknown)}; it can {', '.join(can.values())}.")
    return [can[name.lower()] for name in wanted]


def new_providers() -> list[dict[str, Any]]:
    """What serves networks on a new physical network, once an operator enables it."""
    return [
        {"id": new_id(), "name": name, "state": "Disabled", "services": list(services)}
        for name, services in PROVIDERS.items()
    ]


def check_vlan(text: str | None) -> None:
    """Raise InvalidParameter unless it is numbers and ranges of numbers: 100-200,300."""
    for piece in (text or "").split(","):
        ends = piece.strip().split("-")
        if not piece.strip():
            continue
        if len(ends) > 2 or not all(end.strip().isdecimal() and int(end) < 2**24 for end in ends):
            raise InvalidParameter(f"vlan {text} is not a range of numbers below 16777216; write 100-200.")
        if int(ends[0]) > int(ends[-1]):
            raise InvalidParameter(f"vlan {piece} ends before it starts; swap the ends.")
