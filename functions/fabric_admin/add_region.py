"""addRegion: tell of another cloud of the same operator."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._region import RegionResponse, check, show, taken
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Request, Text
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.region import OWN, Region
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class AddRegion(Request):
    """Adds a region: a cloud of its own, which clients that list regions find by its endpoint."""

    id: Integer = Field(description="A number from 2 that no other region has; 1 is this cloud")
    name: Text = Field(description="A name that no other region has")
    endpoint: Text = Field(description="Where its API is: https://cloud.example.org/client/api")


@operation(
    AddRegion, roles=ROOT, grants=[Region.write, Claim.write, Sequence.write, *ANNOUNCE], answers=RegionResponse,
    object_name="region", environment=("JAVELIN_ENDPOINT",),
    event="REGION.CREATE",
)  # fmt: skip
def handler(request: AddRegion, caller: Caller) -> Item:
    """A region whose number and name are new."""
    if request.id <= OWN:
        raise InvalidParameter(f"id must be more than {OWN}, which is this cloud.")
    check(request.name, request.endpoint)
    region = Region(new_id(), number=request.id, name=request.name, endpoint=request.endpoint)
    transaction = Transaction()
    transaction.claim(
        Region.number_claim(request.id), region.id,
        InvalidParameter(f"There is a region {request.id} already; choose another number."),
    )  # fmt: skip
    transaction.claim(Region.name_claim(region.name), region.id, taken(region.name))
    transaction.create(region)
    transaction.commit()
    said = f"{caller.account} added region {region.name}"
    announce(of_cloud("REGION.CREATE", said, resource_type="Region", resource_id=region.id))
    return Item("region", show(region))
