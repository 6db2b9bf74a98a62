"""listConfigurations: the settings of the cloud, or of a part of it."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._configuration import READ_PARTS, ConfigurationResponse, part_of, show
from javelin.contract.caller import Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import window
from javelin.data.settings import READ_SETTINGS, SETTINGS


class ListConfigurations(ListRequest):
    """Lists settings. With a part of the cloud, those that it may have its own value of, as they hold for it."""

    name: Text | None = Field(None, description="Only this setting")
    category: Text | None = Field(None, description="Only settings of this category")
    group: Text | None = Field(None, description="Only settings of this group")
    subgroup: Text | None = Field(None, description="Only settings of this subgroup")
    parent: Text | None = Field(None, description="Only those below this setting, of which there are none")
    zoneid: Uuid | None = Field(None, description="As they hold for this zone")
    clusterid: Uuid | None = Field(None, description="As they hold for this cluster")
    storageid: Uuid | None = Field(None, description="As they hold for this storage pool")
    accountid: Uuid | None = Field(None, description="As they hold for this account")
    domainid: Uuid | None = Field(None, description="As they hold for this domain")


@operation(
    ListConfigurations, roles=frozenset({"Admin", "DomainAdmin"}), grants=[READ_SETTINGS, *READ_PARTS],
    answers=ConfigurationResponse, object_name="configuration", refuses=("imagestoreuuid",),
)  # fmt: skip
def handler(request: ListConfigurations, caller: Caller) -> Listing:
    """In order of name."""
    part, page = part_of(request, caller), window(request)
    found = [
        one
        for one in SETTINGS.values()
        if (part is None or one.takes(part.scope))
        and request.name in (None, one.name)
        and (request.category is None or request.category.lower() == one.category.lower())
        and (request.group is None or request.group.lower() == one.group.lower())
        and (request.subgroup is None or request.subgroup.lower() == one.subgroup.lower())
        and request.parent is None
        and (request.keyword is None or request.keyword.lower() in one.name.lower())
    ]
    return Listing("configuration", show(page.of(found), part), len(found))
