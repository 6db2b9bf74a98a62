"""updateConfiguration: change a setting of the cloud, or of a part of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._configuration import READ_PARTS, ConfigurationResponse, part_of, show
from functions.fabric_admin._factors import CHANGE_FACTORS, apply
from javelin.contract.caller import Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import MAY_BE_EMPTY, Length, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.records.configuration import Configuration
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class UpdateConfiguration(Request):
    """Changes a setting. What a cluster or pool may promise changes at once; guests that are there keep what they have."""

    name: Text = Field(description="The setting")
    value: Annotated[Text, Length(4096), MAY_BE_EMPTY] | None = Field(
        None, description="What it shall be; left out, the setting is only shown"
    )
    zoneid: Uuid | None = Field(None, description="For this zone alone")
    clusterid: Uuid | None = Field(None, description="For this cluster alone")
    storageid: Uuid | None = Field(None, description="For this storage pool alone")
    accountid: Uuid | None = Field(None, description="For this account alone")
    domainid: Uuid | None = Field(None, description="For this domain alone")


@operation(
    UpdateConfiguration, roles=frozenset({"Admin", "DomainAdmin"}),
    grants=[Configuration.write, *READ_PARTS, *CHANGE_FACTORS, *ANNOUNCE],
    answers=ConfigurationResponse, object_name="configuration", refuses=("imagestoreuuid",),
    event="CONFIGURATION.VALUE.EDIT",
)  # fmt: skip
def handler(request: UpdateConfiguration, caller: Caller) -> Item:
    """The setting as it holds then."""
    one, part = settings.setting(request.name), part_of(request, caller)
    if one.protects and not caller.is_root:
        raise PermissionDenied(f"{one.name} keeps tenants from each other: ask the cloud's own administrators.")
    settings.require_scope(one, part.scope if part else None)
    if request.value is None:
        return Item("configuration", show([one], part)[0])
    settings.change(one, request.value, part.scope if part else None, part.id if part else None)
    apply(one, part)
    where = f"{part.scope} {part.id}" if part else "the cloud"
    said = f"{caller.account} set {one.name} of {where} to {request.value}"
    announce(of_caller(caller, "CONFIGURATION.VALUE.EDIT", said, resource_type="Configuration", resource_id=one.name))
    return Item("configuration", show([one], part)[0])
