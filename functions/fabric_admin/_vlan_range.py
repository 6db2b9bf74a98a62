"""How a range of public addresses is shown."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.responses import Response
from javelin.data.records.public_address import outside_of
from javelin.data.records.vlan_range import VlanRange


class VlanIpRangeResponse(Response):
    """A range of addresses."""

    id: str = Field(description="The range's id")
    zoneid: str = Field(description="The zone that it is in")
    physicalnetworkid: str | None = Field(None, description="The physical network that carries it")
    networkid: str = Field(description="The network outside that it is of")
    forvirtualnetwork: bool = Field(True, description="Whether routers and accounts take addresses from it")
    vlan: str = Field(description="vlan://untagged")
    gateway: str = Field(description="The router of the outside world")
    netmask: str = Field(description="The netmask")
    cidr: str = Field(description="The network that it is in")
    startip: str = Field(description="First address")
    endip: str = Field(description="Last address")
    description: str = Field(description="The range in words")
    forsystemvms: bool = Field(False, description="Whether only the cloud's own guests take addresses from it")


def show(one: VlanRange) -> VlanIpRangeResponse:
    """A range."""
    return VlanIpRangeResponse(
        id=one.id, zoneid=one.zone_id, networkid=outside_of(one.zone_id), physicalnetworkid=one.physical_network_id,
        vlan=f"vlan://{one.vlan}", gateway=one.gateway, netmask=one.netmask, cidr=one.cidr,
        startip=one.start_ip, endip=one.end_ip, description=f"{one.start_ip}-{one.end_ip}",
    )  # fmt: skip
