"""How a zone is shown."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._capacity import CapacityResponse
from javelin.contract.responses import AnnotatedResponse
from javelin.contract.tags import TagResponse
from javelin.data.records.domain import Domain
from javelin.data.records.tag import show_tags_of_cloud
from javelin.data.records.zone import Zone


class ZoneResponse(AnnotatedResponse):
    """A zone."""

    id: str = Field(description="The zone's id")
    name: str = Field(description="The zone's name")
    networktype: str = Field(description="Basic or Advanced")
    allocationstate: str = Field(description="Enabled when guests can be deployed")
    displaytext: str = Field(description="The zone's name")
    dns1: str = Field(description="First DNS server for guests")
    dns2: str | None = Field(None, description="Second DNS server for guests")
    internaldns1: str | None = Field(None, description="First DNS server for the cloud itself")
    internaldns2: str | None = Field(None, description="Second DNS server for the cloud itself")
    guestcidraddress: str = Field(description="The range that isolated networks take when none is given")
    domain: str | None = Field(None, description="DNS domain of the zone's networks")
    domainid: str | None = Field(None, description="The domain that the zone is private to")
    domainname: str | None = Field(None, description="That domain's name")
    securitygroupsenabled: bool = Field(description="Whether security groups are on")
    localstorageenabled: bool = Field(description="Whether hosts' own disks may hold volumes")
    dhcpprovider: str = Field("VirtualRouter", description="What gives guests their addresses")
    type: str = Field("Core", description="Core or Edge")
    allowuserspecifyvrmtu: bool = Field(False, description="Whether users choose the MTU of routers")
    isnsxenabled: bool = Field(False, description="Whether NSX carries its networks")
    routedmodeenabled: bool = Field(False, description="Whether guests may be reached without address translation")
    resourcedetails: dict[str, str] | None = Field(None, description="What operators keep about it, for them")
    capacity: list[CapacityResponse] | None = Field(None, description="What it has, when asked for, for operators")
    tags: list[TagResponse] = Field(default_factory=list, description="Its tags")
    ismultiarch: bool = Field(False, description="Whether hosts of several architectures are there")


def show(
    zone: Zone, *, admin: bool, owner: Domain | None = None, capacity: list[CapacityResponse] | None = None
) -> ZoneResponse:
    """A zone as the caller may see it, the cloud's own DNS for admins alone; `owner` is whom it is private to."""
    return ZoneResponse(
        hasannotations=bool(zone.notes), tags=show_tags_of_cloud(zone, "Zone"),
        id=zone.id, name=zone.name, displaytext=zone.name, networktype=zone.network_type, allocationstate=zone.allocation_state,
        dns1=zone.dns1, dns2=zone.dns2, internaldns1=zone.internal_dns1 if admin else None,
        internaldns2=zone.internal_dns2 if admin else None, guestcidraddress=zone.guest_cidr,
        domain=zone.network_domain, domainid=zone.domain_id, domainname=owner.name if owner else None,
        securitygroupsenabled=zone.security_groups,
        localstorageenabled=zone.local_storage, capacity=capacity, resourcedetails=(zone.details or None) if admin else None,
    )  # fmt: skip
