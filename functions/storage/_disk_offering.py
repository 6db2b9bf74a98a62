"""How a disk offering is shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.responses import AnnotatedResponse
from javelin.data.offerings import Viewer
from javelin.data.records.disk_offering import DiskOffering


class DiskOfferingResponse(AnnotatedResponse):
    """A disk offering."""

    id: str = Field(description="The offering's id")
    name: str = Field(description="The offering's name")
    displaytext: str = Field(description="What it is, in words")
    state: str = Field(description="Active or Inactive")
    created: datetime = Field(description="When it was made")
    disksize: int = Field(description="GiB; 0 when the caller chooses")
    iscustomized: bool = Field(description="Whether the caller chooses the size")
    disksizestrictness: bool = Field(description="Whether volumes keep the offering's size")
    displayoffering: bool = Field(description="Whether users see it")
    storagetype: str = Field(description="shared or local")
    provisioningtype: str = Field(description="thin")
    tags: str | None = Field(None, description="Tags that the pool must have")
    domainid: str | None = Field(None, description="The domains that it is for; absent for all")
    domain: str | None = Field(None, description="Their paths")
    zoneid: str | None = Field(None, description="The zones that it is for; absent for all")
    zone: str | None = Field(None, description="Their names")
    iscustomizediops: bool = Field(False, description="Whether the caller chooses IOPS")
    encrypt: bool = Field(False, description="Whether volumes are encrypted")
    cacheMode: str = Field("none", description="How the host caches volumes")  # noqa: N815 - the contract's name
    suitableforvirtualmachine: bool | None = Field(None, description="Whether the asked guest can have such a volume")


def show(offering: DiskOffering, viewer: Viewer, *, suitable: bool | None = None) -> DiskOfferingResponse:
    """An offering, and whether it suits the guest that was asked about."""
    return DiskOfferingResponse(
        hasannotations=bool(offering.notes),
        id=offering.id, name=offering.name, displaytext=offering.display_text, state=offering.state,
        created=offering.created, disksize=int(offering.size_gib or 0), iscustomized=offering.customized,
        disksizestrictness=offering.size_strict, displayoffering=offering.display,
        storagetype=offering.storage_type, provisioningtype=offering.provisioning_type,
        tags=",".join(offering.storage_tags) or None, suitableforvirtualmachine=suitable, **viewer.shown(offering),
    )  # fmt: skip
