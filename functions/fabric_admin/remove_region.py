"""removeRegion: tell no longer of another cloud."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._region import numbered
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Request
from javelin.contract.responses import Success
from javelin.data.records.claim import Claim
from javelin.data.records.region import Region
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class RemoveRegion(Request):
    """Removes a region from the list; the cloud that it names is not touched. The cloud's own stays."""

    id: Integer = Field(description="The region's number")


@operation(
    RemoveRegion, roles=ROOT, grants=[Region.write, Claim.write, *ANNOUNCE],
    event="REGION.DELETE",
)  # fmt: skip
def handler(request: RemoveRegion, caller: Caller) -> Success:
    """Its number and name are free then."""
    region = numbered(request.id)
    transaction = Transaction()
    transaction.delete(region, Region.name == region.name)  # whose claim goes with it
    transaction.release(Region.number_claim(request.id))
    transaction.release(Region.name_claim(region.name))
    transaction.commit()
    said = f"{caller.account} removed region {region.name}"
    announce(of_cloud("REGION.DELETE", said, resource_type="Region", resource_id=region.id))
    return Success()
