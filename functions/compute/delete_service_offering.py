"""deleteServiceOffering: take an offering out of use."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.offerings import REACH, governed
from javelin.data.records.service_offering import ServiceOffering
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class DeleteServiceOffering(Request):
    """Takes a service offering out of use. Guests that have it keep it."""

    id: Uuid = Field(description="The offering")


@operation(
    DeleteServiceOffering,
    roles=ADMINS,
    grants=[ServiceOffering.write, *REACH, *ANNOUNCE],
    event="SERVICE.OFFERING.DELETE",
)
def handler(request: DeleteServiceOffering, caller: Caller) -> Success:
    """What is taken out of use already is not found."""
    offering = governed(ServiceOffering, caller, request.id)
    if not offering.change(ServiceOffering.state.set("Inactive"), when=ServiceOffering.state == "Active"):
        raise ServiceOffering.unknown(request.id)
    said = f"{caller.account} deleted service offering {offering.name}"
    announce(of_cloud("SERVICE.OFFERING.DELETE", said, resource_type="ServiceOffering", resource_id=offering.id))
    return Success()
