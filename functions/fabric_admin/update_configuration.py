"""updateConfiguration: change a setting of the cloud, or of a part of it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from functions.fabric_admin._configuration import READ_PARTS, ConfigurationResponse, Part, part_of, show
from javelin.contract.caller import Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Length, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.records.cluster import Cluster
from javelin.data.records.configuration import Configuration
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

FACTORS = {
    settings.CPU_OVERCOMMIT.name: "cpu_overcommit",
    settings.MEMORY_OVERCOMMIT.name: "memory_overcommit",
}


class UpdateConfiguration(Request):
    """Changes a setting. What a cluster or pool may promise changes at once; guests that are there keep what they have."""

    name: Text = Field(description="The setting")
    value: Annotated[Text, Length(4096)] | None = Field(None, description="What it shall be")
    zoneid: Uuid | None = Field(None, description="For this zone alone")
    clusterid: Uuid | None = Field(None, description="For this cluster alone")
    storageid: Uuid | None = Field(None, description="For this storage pool alone")
    accountid: Uuid | None = Field(None, description="For this account alone")
    domainid: Uuid | None = Field(None, description="For this domain alone")


@operation(
    UpdateConfiguration, roles=frozenset({"Admin", "DomainAdmin"}),
    grants=[Configuration.write, *READ_PARTS, Cluster.write, StoragePool.write, Host.write, *ANNOUNCE],
    answers=ConfigurationResponse, object_name="configuration", refuses=("imagestoreuuid",),
    event="CONFIGURATION.VALUE.EDIT",
)  # fmt: skip
def handler(request: UpdateConfiguration, caller: Caller) -> Item:
    """The setting as it holds then."""
    one, part = settings.setting(request.name), part_of(request, caller)
    if one.protects and not caller.is_root:
        raise PermissionDenied(f"{one.name} keeps tenants from each other: ask the cloud's own administrators.")
    settings.change(one, request.value or "", part.scope if part else None, part.id if part else None)
    if part is not None:
        _apply(one, part)
    where = f"{part.scope} {part.id}" if part else "the cloud"
    said = f"{caller.account} set {one.name} of {where} to {request.value or ''}"
    announce(of_cloud("CONFIGURATION.VALUE.EDIT", said, resource_type="Configuration", resource_id=one.name))
    return Item("configuration", show(one, part))


def _apply(one: settings.Setting[Any], part: Part) -> None:
    """What is counted with a factor carries it: clusters, hosts and pools."""
    value = one.value(**{part.scope: part.id})
    if part.scope == "cluster" and one.name in FACTORS:
        attribute = FACTORS[one.name]
        cluster = Cluster.require(part.id)
        cluster.change(getattr(Cluster, attribute).set(value), when=Cluster.id.exists())
        for host in Host.load_all(row.id for row in Host.by_zone.query(cluster.zone_id)):
            if host.cluster_id == cluster.id:
                host.change(getattr(Host, attribute).set(value), when=Host.id.exists())
    if part.scope == "storage" and one.name == settings.STORAGE_OVERCOMMIT.name:
        StoragePool.require(part.id).change(StoragePool.overprovisioning.set(value), when=StoragePool.id.exists())
