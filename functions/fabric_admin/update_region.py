"""updateRegion: rename another cloud, or say where its API is now."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._region import RegionResponse, check, numbered, show, taken
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Request, Text
from javelin.contract.responses import Item
from javelin.data.records.claim import Claim
from javelin.data.records.region import Region
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class UpdateRegion(Request):
    """Changes a region; the cloud's own is as it is deployed."""

    id: Integer = Field(description="The region's number")
    name: Text | None = Field(None, description="A name that no other region has")
    endpoint: Text | None = Field(None, description="Where its API is: https://cloud.example.org/client/api")


@operation(
    UpdateRegion, roles=ROOT, grants=[Region.write, Claim.write, *ANNOUNCE], answers=RegionResponse,
    object_name="region", environment=("JAVELIN_ENDPOINT",),
    event="REGION.EDIT",
)  # fmt: skip
def handler(request: UpdateRegion, caller: Caller) -> Item:
    """The region as it is then."""
    region = numbered(request.id)
    check(request.name, request.endpoint)
    transaction = Transaction()
    if request.name is not None and request.name.lower() != region.name.lower():
        transaction.claim(Region.name_claim(request.name), region.id, taken(request.name))
        transaction.release(Region.name_claim(region.name))
    region.name, region.endpoint = request.name or region.name, request.endpoint or region.endpoint
    transaction.save(region)
    transaction.commit()
    said = f"{caller.account} changed region {region.name}"
    announce(of_cloud("REGION.EDIT", said, resource_type="Region", resource_id=region.id))
    return Item("region", show(region))
