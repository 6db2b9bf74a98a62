"""createServiceOffering: say what CPU, memory and root disk guests may get."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.compute._service_offering import PLANNERS, ServiceOfferingResponse, show
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Flag, Integer, Long, OneOf, Request, Text, TextList, UuidList
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.offerings import MAY_TAG, REACH, Viewer, check_tags, never, reach
from javelin.data.records.sequence import Sequence
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.transaction import Transaction

MOST_CPUS, MOST_MHZ, MOST_MIB, MOST_GIB = 256, 100_000, 16 * 2**20, 64 * 2**10


class CreateServiceOffering(Request):
    """Makes an offering: what CPU, memory and root disk guests get that are deployed with it.

    Without cpunumber or memory the deployer chooses, between the min and max that are given.
    """

    name: Text = Field(description="A name")
    displaytext: Text | None = Field(None, description="What it is, in words; the name if missing")
    cpunumber: Integer | None = Field(None, description="How many CPUs")
    cpuspeed: Integer | None = Field(None, description="MHz of each CPU")
    memory: Integer | None = Field(None, description="MiB of memory")
    customized: Flag = Field(False, description="Whether the deployer chooses CPUs and memory")
    mincpunumber: Integer | None = Field(None, description="Least CPUs of a custom offering")
    maxcpunumber: Integer | None = Field(None, description="Most CPUs of a custom offering")
    minmemory: Integer | None = Field(None, description="Least MiB of a custom offering")
    maxmemory: Integer | None = Field(None, description="Most MiB of a custom offering")
    rootdisksize: Long | None = Field(None, description="GiB of the root disk; the template's size if missing")
    storagetype: Annotated[Text, OneOf(("shared", "local"))] = Field("shared", description="shared or local")
    provisioningtype: Annotated[Text, OneOf(("thin",))] = Field("thin", description="thin")
    cachemode: Annotated[Text, OneOf(("none",))] = Field("none", description="none")
    tags: TextList | None = Field(None, description="Tags that the root disk's pool must have")
    hosttags: TextList | None = Field(None, description="Tags that the host must have")
    offerha: Flag = Field(False, description="Whether guests are started elsewhere when their host fails")
    limitcpuuse: Flag = Field(False, description="Whether guests get no more CPU than promised when the host is idle")
    isvolatile: Flag = Field(False, description="Not supported: false")
    dynamicscalingenabled: Flag = Field(True, description="Whether running guests may be scaled")
    networkrate: Integer | None = Field(None, description="Mbit/s that a NIC may use")
    deploymentplanner: Annotated[Text, OneOf(PLANNERS)] | None = Field(
        None, description="How hosts are chosen: FirstFitPlanner"
    )
    domainid: UuidList | None = Field(None, description="The domains that it is for; all if missing")
    zoneid: UuidList | None = Field(None, description="The zones that it is for; all if missing")
    serviceofferingdetails: Details | None = Field(None, description="More about it, as key and value")
    issystem: Flag = Field(False, description="Not supported: false")
    encryptroot: Flag = Field(False, description="Not supported: false")
    customizediops: Flag = Field(False, description="Not supported: false")
    diskofferingstrictness: Flag = Field(False, description="Not supported: false")
    purgeresources: Flag = Field(False, description="Not supported: false")
    gpudisplay: Flag = Field(False, description="Not supported: false")


@operation(
    CreateServiceOffering, roles=ADMINS, grants=[ServiceOffering.write, Sequence.write, *REACH, *MAY_TAG],
    answers=ServiceOfferingResponse, object_name="serviceoffering",
    refuses=("systemvmtype", "bytesreadrate", "bytesreadratemax", "bytesreadratemaxlength", "byteswriterate",
             "byteswriteratemax", "byteswriteratemaxlength", "iopsreadrate", "iopsreadratemax",
             "iopsreadratemaxlength", "iopswriterate", "iopswriteratemax", "iopswriteratemaxlength", "miniops",
             "maxiops", "hypervisorsnapshotreserve", "storagepolicy", "diskofferingid", "leaseduration",
             "leaseexpiryaction", "vgpuprofileid", "gpucount", "externaldetails"),
    event="SERVICE.OFFERING.CREATE",
)  # fmt: skip
def handler(request: CreateServiceOffering, caller: Caller) -> Item:
    """An offering that is fixed, or custom within bounds."""
    never(request, "isvolatile", "issystem", "encryptroot", "customizediops", "diskofferingstrictness",
          "purgeresources", "gpudisplay")  # fmt: skip
    custom = request.customized or request.cpunumber is None or request.memory is None
    if not custom and request.cpuspeed is None:
        raise InvalidParameter("cpuspeed is missing: give the MHz of each CPU.")
    if custom and None not in (request.cpunumber, request.memory):
        raise InvalidParameter("A custom offering has no cpunumber and memory of its own; give min and max instead.")
    _check_bounds(request, custom=custom)
    check_tags(caller, request.tags, request.hosttags)
    domains, zones = reach(caller, request.domainid, request.zoneid)
    offering = ServiceOffering(
        new_id(), name=request.name, display_text=request.displaytext or request.name, cpus=request.cpunumber,
        mhz=request.cpuspeed, memory_mib=request.memory, min_cpus=request.mincpunumber, max_cpus=request.maxcpunumber,
        min_memory_mib=request.minmemory, max_memory_mib=request.maxmemory, customized=custom,
        root_disk_gib=request.rootdisksize or None, storage_type=request.storagetype,
        provisioning_type=request.provisioningtype, offer_ha=request.offerha, limit_cpu=request.limitcpuuse,
        dynamic_scaling=request.dynamicscalingenabled, network_rate=request.networkrate,
        deployment_planner=request.deploymentplanner, host_tags=request.hosttags or [],
        storage_tags=request.tags or [], domain_ids=domains, zone_ids=zones, details=request.serviceofferingdetails,
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(offering)
    transaction.commit()
    return Item("serviceoffering", show(offering, Viewer(caller)))


def _check_bounds(request: CreateServiceOffering, *, custom: bool) -> None:
    _within("cpunumber", request.cpunumber, MOST_CPUS)
    _within("cpuspeed", request.cpuspeed, MOST_MHZ)
    _within("memory", request.memory, MOST_MIB)
    _within("rootdisksize", request.rootdisksize or None, MOST_GIB)
    pairs = (
        ("cpunumber", request.mincpunumber, request.maxcpunumber, MOST_CPUS),
        ("memory", request.minmemory, request.maxmemory, MOST_MIB),
    )
    for name, least, most, limit in pairs:
        if not custom and (least or most):
            raise InvalidParameter(f"min{name} and max{name} are for custom offerings; leave out {name} or them.")
        _within(f"min{name}", least, limit)
        _within(f"max{name}", most, limit)
        if least and most and least > most:
            raise InvalidParameter(f"min{name} {least} is more than max{name} {most}; swap them.")


def _within(name: str, value: int | None, most: int) -> None:
    if value is not None and not 1 <= value <= most:
        raise InvalidParameter(f"{name} must be between 1 and {most}.")
