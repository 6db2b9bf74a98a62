"""listVolumes: the disks that the caller may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Rows, Text, Uuid, UuidList
from javelin.contract.responses import AnnotatedResponse, Listing, OwnedResponse
from javelin.contract.tags import TagResponse
from javelin.data.filters import Accounts, Filters
from javelin.data.indexes import related
from javelin.data.lists import READ_LISTS, asked_ids, list_owned, matching
from javelin.data.owners import owner
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.tag import Tag, show_tags
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume


class ListVolumes(OwnedListRequest):
    """Lists volumes."""

    id: Uuid | None = Field(None, description="Only this one")
    ids: UuidList | None = Field(None, description="Only these")
    name: Text | None = Field(None, description="Only those of this name")
    type: Text | None = Field(None, description="Only those of this type: ROOT or DATADISK")
    state: Text | None = Field(None, description="Only those in this state")
    virtualmachineid: Uuid | None = Field(None, description="Only those of this virtual machine")
    zoneid: Uuid | None = Field(None, description="Only those in this zone")
    podid: Uuid | None = Field(None, description="Only those on pools of this pod")
    clusterid: Uuid | None = Field(None, description="Only those on pools of this cluster, for operators")
    hostid: Uuid | None = Field(None, description="Only those of virtual machines on this host, for operators")
    storageid: Uuid | None = Field(None, description="Only those on this pool, for operators")
    serviceofferingid: Uuid | None = Field(None, description="Only root disks of this service offering")
    diskofferingid: Uuid | None = Field(None, description="Only those of this disk offering")
    displayvolume: Flag | None = Field(None, description="Only those that users see (all do)")
    listsystemvms: Flag = Field(False, description="Only those of system machines, of which there are none")
    isencrypted: Flag | None = Field(None, description="Only those that are encrypted, of which there are none")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    retrieveonlyresourcecount: Flag = Field(False, description="Give the count alone")


class VolumeResponse(OwnedResponse, AnnotatedResponse):
    """A volume."""

    id: str = Field(description="The volume's id")
    name: str = Field(description="The volume's name")
    type: str = Field(description="ROOT or DATADISK")
    state: str = Field(description="Allocated (nowhere yet), Creating, Ready, Destroy or Expunged")
    status: str = Field("", description="Empty: volumes are not uploaded")
    size: int = Field(description="Bytes that the guest sees")
    virtualsize: int = Field(description="Bytes that the guest sees")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    created: datetime = Field(description="When it was made")
    zoneid: str = Field(description="Its zone")
    zonename: str = Field(description="Its zone's name")
    deviceid: int | None = Field(None, description="Its position in the virtual machine, from 0")
    virtualmachineid: str | None = Field(None, description="The virtual machine that has it")
    vmname: str | None = Field(None, description="That machine's name")
    vmdisplayname: str | None = Field(None, description="That machine's name as people see it")
    vmstate: str | None = Field(None, description="That machine's state")
    vmtype: str | None = Field(None, description="User")
    attached: datetime | None = Field(None, description="Since when it belongs to that machine")
    templateid: str | None = Field(None, description="The template that it was made from")
    templatename: str | None = Field(None, description="That template's name")
    templatedisplaytext: str | None = Field(None, description="That template, in words")
    serviceofferingid: str | None = Field(None, description="The service offering of a root disk")
    serviceofferingname: str | None = Field(None, description="That offering's name")
    serviceofferingdisplaytext: str | None = Field(None, description="That offering, in words")
    diskofferingid: str | None = Field(None, description="The disk offering of a data disk")
    diskofferingname: str | None = Field(None, description="That offering's name")
    diskofferingdisplaytext: str | None = Field(None, description="That offering, in words")
    storage: str | None = Field(None, description="The pool it is on, for operators")
    storageid: str | None = Field(None, description="The id of that pool, for operators")
    clusterid: str | None = Field(None, description="The cluster of that pool, for operators")
    clustername: str | None = Field(None, description="That cluster's name, for operators")
    podid: str | None = Field(None, description="The pod of that pool, for operators")
    podname: str | None = Field(None, description="That pod's name, for operators")
    storagetype: str = Field(description="local when it is on one host's own pool, else shared")
    path: str | None = Field(None, description="Its file's name on the pool, for operators")
    hypervisor: str = Field("KVM", description="KVM")
    provisioningtype: str = Field("thin", description="thin: bytes are taken as they are written")
    destroyed: bool = Field(description="Whether it is on its way out")
    displayvolume: bool = Field(True, description="Whether users see it")
    deleteprotection: bool = Field(False, description="Whether it refuses to be deleted")
    isextractable: bool = Field(False, description="Whether it may be downloaded")
    quiescevm: bool = Field(False, description="Whether snapshots freeze the guest")
    supportsstoragesnapshot: bool = Field(False, description="Whether the pool makes snapshots itself")
    tags: list[TagResponse] = Field(default_factory=list, description="Its tags")


@operation(
    ListVolumes, roles=EVERYONE, answers=VolumeResponse, object_name="volume",
    grants=[Volume.read, VirtualMachine.read, StoragePool.read, ServiceOffering.read, Tag.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListVolumes, caller: Caller) -> Listing:
    """A machine knows its volumes; pools and offerings have theirs by index."""
    admin = caller.role_type in OPERATORS
    only = asked_ids(request.id, request.ids)
    if only is None and request.virtualmachineid:
        only = _of_machines([request.virtualmachineid])
    elif only is None and request.hostid and admin:
        only = _of_machines(row.id for row in VirtualMachine.by_host.query(request.hostid))
    volumes, count = list_owned(Volume, caller, request, _filters(request, admin=admin), only)
    if request.retrieveonlyresourcecount:
        return Listing("volume", [], count)
    found = VirtualMachine.load_all(volume.vm_id for volume in volumes if volume.vm_id)
    machines = {machine.id: machine for machine in found}
    pools = {pool.id: pool for pool in StoragePool.load_all(row.pool_id for row in volumes if row.pool_id and admin)}
    named = ServiceOffering.load_all(row.service_offering_id for row in volumes if row.service_offering_id)
    offerings = {offering.id: offering for offering in named}
    rows = [
        _show(row, machines.get(row.vm_id), pools.get(row.pool_id), offerings.get(row.service_offering_id), admin=admin)
        for row in volumes
    ]
    return Listing("volume", rows, count)


def _filters(request: ListVolumes, *, admin: bool) -> Filters:
    filters = Filters().nothing(request.listsystemvms or request.isencrypted or request.displayvolume is False)
    filters.equal("name", request.name).word("type", request.type).word("state", request.state)
    filters.equal("vm_id", request.virtualmachineid)
    filters.equal("zone_id", request.zoneid).contains(request.keyword, "name", "vm_name")
    filters.related(Volume.by_service_offering, "service_offering_id", request.serviceofferingid)
    filters.related(Volume.by_disk_offering, "disk_offering_id", request.diskofferingid)
    filters.tagged(Volume, request.tags)
    if admin:
        filters.related(Volume.by_pool, "pool_id", request.storageid)
    if request.podid or (request.clusterid and admin):
        where = Filters().equal("pod_id", request.podid).equal("cluster_id", request.clusterid if admin else None)
        _on(filters, matching(StoragePool, where))
    return filters


def _of_machines(ids: Iterable[str]) -> list[str]:
    return [key for machine in VirtualMachine.load_all(ids) for key in machine.volume_ids]


def _on(filters: Filters, pools: list[str]) -> None:
    """Keep what is on one of these pools."""

    def source(accounts: Accounts) -> list[str]:
        return sorted(key for pool in pools for key in related(Volume.by_pool, pool, accounts))

    filters.found(source, lambda volume: volume.pool_id in pools)


def _show(
    row: Volume, machine: VirtualMachine | None, pool: StoragePool | None, offering: ServiceOffering | None, *,
    admin: bool,
) -> VolumeResponse:  # fmt: skip
    return VolumeResponse(
        hasannotations=bool(row.notes),
        id=row.id, name=row.name, type=row.type, state=row.state, size=int(row.size), virtualsize=int(row.size),
        **owner(row), domainid=row.domain_id, domain=name_of(row.domain_path),
        domainpath=shown_path(row.domain_path), created=row.created, zoneid=row.zone_id, zonename=row.zone_name,
        deviceid=None if row.device_id is None else int(row.device_id), virtualmachineid=row.vm_id,
        vmname=machine.name if machine else row.vm_name, vmdisplayname=machine.display_name if machine else None,
        vmstate=machine.state if machine else None, vmtype="User" if row.vm_id else None,
        attached=row.created if row.vm_id else None,
        templateid=row.template_id, templatename=row.template_name,
        templatedisplaytext=machine.template_text if machine and row.template_id else row.template_name,
        serviceofferingid=row.service_offering_id,
        serviceofferingname=offering.name if offering else None,
        serviceofferingdisplaytext=offering.display_text if offering else None,
        diskofferingid=row.disk_offering_id, diskofferingname=row.disk_offering_name,
        diskofferingdisplaytext=row.disk_offering_text, storage=(pool.name if pool else row.pool_name) if admin else None,
        storageid=row.pool_id if admin else None, storagetype="local" if row.host_id else "shared",
        clusterid=pool.cluster_id if pool else None, clustername=pool.cluster_name if pool else None,
        podid=pool.pod_id if pool else None, podname=pool.pod_name if pool else None,
        path=row.id if admin and row.pool_id else None, destroyed=row.state in ("Destroy", "Expunged"),
        tags=show_tags(row, "Volume"),
    )  # fmt: skip
