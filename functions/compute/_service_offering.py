"""How a service offering is shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.responses import AnnotatedResponse
from javelin.data.offerings import Viewer
from javelin.data.records.service_offering import ServiceOffering

PLANNERS = ("FirstFitPlanner",)  # the least loaded host that has room


class ServiceOfferingResponse(AnnotatedResponse):
    """A service offering."""

    id: str = Field(description="The offering's id")
    name: str = Field(description="The offering's name")
    displaytext: str = Field(description="What it is, in words")
    state: str = Field(description="Active or Inactive")
    created: datetime = Field(description="When it was made")
    cpunumber: int | None = Field(None, description="How many CPUs; absent when the deployer chooses")
    cpuspeed: int | None = Field(None, description="MHz of each CPU; absent when the deployer chooses")
    memory: int | None = Field(None, description="MiB of memory; absent when the deployer chooses")
    iscustomized: bool = Field(description="Whether the deployer chooses CPUs and memory")
    rootdisksize: int | None = Field(None, description="GiB of the root disk; absent for the template's size")
    storagetype: str = Field(description="shared or local")
    provisioningtype: str = Field(description="thin")
    storagetags: str | None = Field(None, description="Tags that the root disk's pool must have")
    hosttags: str | None = Field(None, description="Tags that the host must have")
    offerha: bool = Field(description="Whether guests are started elsewhere when their host fails")
    limitcpuuse: bool = Field(description="Whether guests get no more CPU than promised when the host is idle")
    isvolatile: bool = Field(description="Whether the root disk is made anew at every start")
    dynamicscalingenabled: bool = Field(description="Whether running guests may be scaled")
    networkrate: int | None = Field(None, description="Mbit/s that a NIC may use")
    deploymentplanner: str | None = Field(None, description="How hosts are chosen")
    domainid: str | None = Field(None, description="The domains that it is for; absent for all")
    domain: str | None = Field(None, description="Their paths")
    zoneid: str | None = Field(None, description="The zones that it is for; absent for all")
    zone: str | None = Field(None, description="Their names")
    serviceofferingdetails: dict[str, str] | None = Field(
        None, description="More about it, with bounds of a custom one"
    )
    issystem: bool = Field(False, description="Whether it is for the cloud's own guests")
    defaultuse: bool = Field(False, description="Whether system guests take it by default")
    iscustomizediops: bool = Field(False, description="Whether the deployer chooses IOPS")
    diskofferingstrictness: bool = Field(False, description="Whether the root disk's offering is fixed")
    encryptroot: bool = Field(False, description="Whether the root disk is encrypted")
    purgeresources: bool = Field(False, description="Whether records of its guests are purged when they are expunged")
    cacheMode: str = Field("none", description="How the host caches the root disk")  # noqa: N815 - the contract's name


def show(offering: ServiceOffering, viewer: Viewer) -> ServiceOfferingResponse:
    """An offering; the bounds of a custom one are among its details."""
    bounds = {
        "mincpunumber": offering.min_cpus, "maxcpunumber": offering.max_cpus, "minmemory": offering.min_memory_mib,
        "maxmemory": offering.max_memory_mib,
    }  # fmt: skip
    details = dict(offering.details or {}) | {name: str(int(value)) for name, value in bounds.items() if value}
    return ServiceOfferingResponse(
        hasannotations=bool(offering.notes),
        id=offering.id, name=offering.name, displaytext=offering.display_text, state=offering.state,
        created=offering.created, cpunumber=_whole(offering.cpus), cpuspeed=_whole(offering.mhz),
        memory=_whole(offering.memory_mib), iscustomized=offering.customized,
        rootdisksize=_whole(offering.root_disk_gib), storagetype=offering.storage_type,
        provisioningtype=offering.provisioning_type, storagetags=",".join(offering.storage_tags) or None,
        hosttags=",".join(offering.host_tags) or None, offerha=offering.offer_ha, limitcpuuse=offering.limit_cpu,
        isvolatile=offering.volatile, dynamicscalingenabled=offering.dynamic_scaling,
        networkrate=_whole(offering.network_rate), deploymentplanner=offering.deployment_planner,
        serviceofferingdetails=details or None, **viewer.shown(offering),
    )  # fmt: skip


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
