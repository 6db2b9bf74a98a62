"""How a pod is shown."""

from __future__ import annotations

from ipaddress import IPv4Network

from pydantic import Field

from functions.fabric_admin._capacity import CapacityResponse
from javelin.contract.responses import AnnotatedResponse, Response
from javelin.data.records.pod import Pod


class IpRangeResponse(Response):
    """A range of a pod's addresses."""

    startip: str = Field(description="First address")
    endip: str = Field(description="Last address")
    gateway: str | None = Field(None, description="The router of the range")
    cidr: str | None = Field(None, description="The network that it is in")
    forsystemvms: str = Field("0", description="1 when only system VMs take addresses from it")


class PodResponse(AnnotatedResponse):
    """A pod."""

    id: str = Field(description="The pod's id")
    name: str = Field(description="The pod's name")
    zoneid: str = Field(description="The zone that it is in")
    zonename: str = Field(description="The zone's name")
    gateway: str | None = Field(None, description="The router of its management network")
    netmask: str | None = Field(None, description="The netmask of its management network")
    startip: list[str] = Field(description="First address of each range")
    endip: list[str] = Field(description="Last address of each range")
    forsystemvms: list[str] = Field(description="For each range whether only system VMs use it")
    ipranges: list[IpRangeResponse] = Field(description="The ranges of the management network")
    allocationstate: str = Field(description="Enabled when guests can be placed in it")
    capacity: list[CapacityResponse] | None = Field(None, description="What it has, when asked for")


def show(pod: Pod, capacity: list[CapacityResponse] | None = None) -> PodResponse:
    """A pod with its ranges."""
    ranges = []
    if pod.start_ip:
        cidr = str(IPv4Network(f"{pod.gateway}/{pod.netmask}", strict=False)) if pod.gateway and pod.netmask else None
        last = pod.end_ip or pod.start_ip
        ranges = [IpRangeResponse(startip=pod.start_ip, endip=last, gateway=pod.gateway, cidr=cidr)]
    return PodResponse(
        hasannotations=bool(pod.notes),
        id=pod.id, name=pod.name, zoneid=pod.zone_id, zonename=pod.zone_name, gateway=pod.gateway, netmask=pod.netmask,
        startip=[one.startip for one in ranges], endip=[one.endip for one in ranges],
        forsystemvms=[one.forsystemvms for one in ranges], ipranges=ranges, allocationstate=pod.allocation_state,
        capacity=capacity,
    )  # fmt: skip
