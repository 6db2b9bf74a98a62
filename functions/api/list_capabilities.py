"""listCapabilities: what this cloud can do, for clients that adapt themselves."""

from __future__ import annotations

from pydantic import Field

from functions.api._envelope import VERSION
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request
from javelin.contract.responses import Item, Response
from javelin.data import settings


class ListCapabilities(Request):
    """Tells what the cloud can do."""


class CapabilitiesResponse(Response):
    """What the cloud can do."""

    cloudstackversion: str = Field(VERSION, description="The version of the API contract")
    securitygroupsenabled: bool = Field(False, description="Whether a zone has security groups")
    dynamicrolesenabled: bool = Field(True, description="Whether roles are objects")
    userpublictemplateenabled: bool = Field(False, description="Whether users may make templates public")
    supportELB: str = Field("false", description="Whether load balancers have elastic addresses")  # noqa: N815 - the contract's
    projectinviterequired: bool = Field(description="Whether projects invite before they add")
    allowusercreateprojects: bool = Field(description="Whether users may create projects")
    customdiskofferingminsize: int = Field(1, description="Least GiB of a disk of free size")
    customdiskofferingmaxsize: int = Field(1024, description="Most GiB of a disk of free size")
    regionsecondaryenabled: bool = Field(False, description="Whether zones share image stores by region")
    kvmsnapshotenabled: bool = Field(False, description="Whether volumes of running guests can be snapshot")
    allowuserviewdestroyedvm: bool = Field(False, description="Whether users see destroyed guests")
    allowuserexpungerecovervm: bool = Field(False, description="Whether users may expunge and recover guests")
    allowuserexpungerecovervolume: bool = Field(False, description="Whether users may expunge and recover volumes")
    allowuserviewalldomainaccounts: bool = Field(False, description="Whether users see the accounts of their domain")
    allowuserforcestopvm: bool = Field(True, description="Whether users may cut a guest's power")
    kubernetesserviceenabled: bool = Field(False, description="Whether Kubernetes clusters are served")
    kubernetesclusterexperimentalfeaturesenabled: bool = Field(False, description="Whether trial features are on")
    customhypervisordisplayname: str = Field("Custom", description="What the custom hypervisor is called")
    defaultuipagesize: int = Field(20, description="Rows that a user interface shows on a page")
    instancesstatsretentiontime: int = Field(720, description="Minutes that statistics of guests are kept")
    instancesstatsuseronly: bool = Field(False, description="Whether only users' guests have statistics")
    instancesdisksstatsretentionenabled: bool = Field(False, description="Whether disks' statistics are kept")
    instancesdisksstatsretentiontime: int = Field(720, description="Minutes that disks' statistics are kept")
    instanceleaseenabled: bool = Field(False, description="Whether guests may have an end date")
    dynamicscalingenabled: bool = Field(False, description="Whether running guests can grow")
    additionalconfigenabled: bool = Field(False, description="Whether guests may bring their own configuration")
    apilimitinterval: int | None = Field(None, description="Seconds in which requests are counted")
    apilimitmax: int | None = Field(None, description="Most requests of an account in that time")


@operation(
    ListCapabilities, roles=EVERYONE, answers=CapabilitiesResponse, object_name="capability",
    grants=[settings.READ_SETTINGS],
)  # fmt: skip
def handler(request: ListCapabilities, caller: Caller) -> Item:
    """The same for everybody."""
    invites, users_create = settings.values(settings.INVITATIONS, settings.USERS_CREATE_PROJECTS)
    limits: dict[str, int] = {}
    if settings.THROTTLING.value():
        limits = {
            "apilimitinterval": settings.THROTTLING_SECONDS.value(),
            "apilimitmax": settings.THROTTLING_MOST.value(),
        }
    return Item("capability", CapabilitiesResponse(
        projectinviterequired=invites, allowusercreateprojects=users_create,
        **limits,
    ))  # fmt: skip
