"""Records of usage, as they are shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.responses import AnnotatedResponse, OwnedResponse, Response
from javelin.contract.tags import TagResponse
from javelin.data import os_types
from javelin.data.owners import owner
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.usage_record import UsageRecord
from javelin.data.usage import BY_NUMBER

HOUR = 3600


class UsageTypeResponse(Response):
    """A kind of usage."""

    id: int = Field(description="The number that records of it have")
    name: str = Field(description="Its name")
    description: str = Field(description="What it is, in words")


class UsageRecordResponse(OwnedResponse, AnnotatedResponse):
    """How long a thing was used on a day."""

    accountid: str = Field(description="The account that used it")
    domainid: str = Field(description="That account's domain")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    zoneid: str | None = Field(None, description="The zone that it was in")
    description: str = Field(description="What was used for how long")
    usage: str = Field(description="The hours that it was used, as text")
    rawusage: str = Field(description="The hours that it was used, as a number")
    usagetype: int = Field(description="What kind of usage it is; see listUsageTypes")
    usageid: str = Field(description="The thing that was used")
    name: str | None = Field(None, description="That thing's name then")
    type: str | None = Field(
        None, description="What it is more precisely: the hypervisor, or the kind of volume or network"
    )
    virtualmachineid: str | None = Field(None, description="The virtual machine that was used")
    offeringid: str | None = Field(None, description="The offering that it was used with")
    templateid: str | None = Field(None, description="The template that was used, or that it was made from")
    ostypeid: str | None = Field(None, description="The kind of system in it")
    size: int | None = Field(None, description="Its bytes")
    virtualsize: int | None = Field(None, description="The bytes of the disk that a template becomes")
    cpunumber: int | None = Field(None, description="The virtual machine's CPUs")
    cpuspeed: int | None = Field(None, description="Their MHz")
    memory: int | None = Field(None, description="The virtual machine's MiB")
    osdisplayname: str | None = Field(None, description="That kind's name")
    oscategoryid: str | None = Field(None, description="The family of that kind of system")
    oscategoryname: str | None = Field(None, description="That family's name")
    issourcenat: bool | None = Field(None, description="Whether the address was a network's way out")
    networkid: str | None = Field(None, description="The network that was used, or that the address was of")
    startdate: datetime = Field(description="When the day began")
    enddate: datetime = Field(description="When it ended, or when the record was made")
    tags: list[TagResponse] | None = Field(None, description="The tags that the thing has now, if they are asked for")


def show_usage(record: UsageRecord, tags: list[TagResponse] | None) -> UsageRecordResponse:
    """A record."""
    hours = int(record.seconds) / HOUR
    kind = BY_NUMBER[int(record.usage_type)]
    system = os_types.find(record.os_type_id) if record.os_type_id else None
    return UsageRecordResponse(
        **owner(record), accountid=record.account_id, domainid=record.domain_id, domain=name_of(record.domain_path),
        domainpath=shown_path(record.domain_path), zoneid=record.zone_id,
        description=f"{kind.description}: {record.name or record.resource_id}, {hours:.2f} hours", usage=f"{hours:.2f} Hrs",
        rawusage=f"{hours:.8f}", usagetype=kind.number, usageid=record.resource_id, name=record.name or None,
        type=record.kind, virtualmachineid=record.vm_id, offeringid=record.offering_id, templateid=record.template_id,
        ostypeid=record.os_type_id, osdisplayname=system.name if system else None,
        oscategoryid=system.category.id if system else None, oscategoryname=system.category.name if system else None,
        size=record.size, virtualsize=record.virtual_size, cpunumber=record.cpus,
        cpuspeed=record.mhz, memory=record.memory_mib, issourcenat=record.source_nat, networkid=record.network_id,
        startdate=record.started, enddate=record.ended, tags=tags,
    )  # fmt: skip
