"""resetConfiguration: take back what a setting was changed to."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._configuration import READ_PARTS, ConfigurationResponse, part_of, show
from functions.fabric_admin._factors import CHANGE_FACTORS, apply
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.records.configuration import Configuration
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class ResetConfiguration(Request):
    """Takes back a setting's value: the cloud has its default again, a part of it what holds for what it is in."""

    name: Text = Field(description="The setting")
    zoneid: Uuid | None = Field(None, description="For this zone alone")
    clusterid: Uuid | None = Field(None, description="For this cluster alone")
    storageid: Uuid | None = Field(None, description="For this storage pool alone")
    accountid: Uuid | None = Field(None, description="For this account alone")
    domainid: Uuid | None = Field(None, description="For this domain alone")


@operation(
    ResetConfiguration, roles=ROOT, grants=[Configuration.write, *READ_PARTS, *CHANGE_FACTORS, *ANNOUNCE],
    answers=ConfigurationResponse, object_name="configuration", refuses=("imagestoreid",),
    event="CONFIGURATION.VALUE.EDIT",
)  # fmt: skip
def handler(request: ResetConfiguration, caller: Caller) -> Item:
    """The setting as it holds then."""
    one, part = settings.setting(request.name), part_of(request, caller)
    settings.reset(one, part.scope if part else None, part.id if part else None)
    apply(one, part)
    where = f"{part.scope} {part.id}" if part else "the cloud"
    said = f"{caller.account} reset {one.name} of {where}"
    announce(of_caller(caller, "CONFIGURATION.VALUE.EDIT", said, resource_type="Configuration", resource_id=one.name))
    return Item("configuration", show([one], part)[0])
