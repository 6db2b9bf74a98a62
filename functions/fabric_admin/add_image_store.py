"""addImageStore: name the bucket that images of templates are kept in."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import Field

from functions.fabric_admin._image_store import ImageStoreResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Length, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.counting import enter
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.image_store import ImageStore
from javelin.data.records.sequence import Sequence
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction


class AddImageStore(Request):
    """Adds the image store. The cloud has one, its own bucket: url and details are not needed and are thrown away."""

    provider: Text = Field(description="S3")
    name: Text | None = Field(None, description="A name; the bucket's if missing")
    zoneid: Uuid | None = Field(None, description="The zone that it is for; the whole region if missing")
    url: Annotated[Text, Length(2048)] | None = Field(None, description="Not needed: thrown away")
    details: Details | None = Field(None, description="Not needed: thrown away")


@operation(
    AddImageStore, roles=ROOT, grants=[ImageStore.write, Claim.write, Sequence.write, Zone.write],
    answers=ImageStoreResponse, object_name="imagestore", environment=("JAVELIN_IMAGES_BUCKET",),
    event="IMAGE.STORE.ADD",
)  # fmt: skip
def handler(request: AddImageStore, caller: Caller) -> Item:
    """The store, once for the region and once for each zone."""
    if request.provider.upper() not in ("S3", "AMAZON S3"):
        raise InvalidParameter(
            f"Image stores of provider {request.provider} are not supported; images are kept in the cloud's own bucket:"
            " give provider S3."
        )
    zone = Zone.require(request.zoneid) if request.zoneid else None
    bucket = os.environ["JAVELIN_IMAGES_BUCKET"]
    store = ImageStore(
        new_id(), name=request.name or bucket, bucket=bucket, zone_id=zone.id if zone else None,
        zone_name=zone.name if zone else None,
    )  # fmt: skip
    taken = InvalidParameter("There is an image store for it already, and one is enough; see listImageStores.")
    transaction = Transaction()
    transaction.claim(ImageStore.claim_of(store.zone_id), store.id, taken)
    transaction.create(store)
    if zone:
        enter(transaction, Zone, zone.id)
    transaction.commit()
    return Item("imagestore", show(store))
