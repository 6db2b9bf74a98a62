"""deleteImageStore: take away the name of where images of templates are kept."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import leave_if_there
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, matching
from javelin.data.records.claim import Claim
from javelin.data.records.image_store import ImageStore
from javelin.data.records.template import Template
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of


class DeleteImageStore(Request):
    """Deletes an image store that has no templates. The bucket stays, and so does what it holds."""

    id: Uuid = Field(description="The image store")


@operation(
    DeleteImageStore, roles=ROOT,
    grants=[ImageStore.write, Claim.write, Zone.write, Template.read, *READ_LISTS], event="IMAGE.STORE.DELETE",
)  # fmt: skip
def handler(request: DeleteImageStore, caller: Caller) -> Success:
    """A template that comes meanwhile has its image in the bucket, as in a cloud that never named its store."""
    store = ImageStore.require(request.id)
    held = _templates(store)
    if held:
        raise ResourceInUse(
            f"Image store {store.name} has {len(held)} templates, such as {held[0]}; delete these first."
        )
    transaction = Transaction()
    transaction.delete(store, ImageStore.id.exists(), ImageStore.unknown(store.id))
    transaction.release(ImageStore.claim_of(store.zone_id))
    if store.zone_id:
        leave_if_there(transaction, Zone, store.zone_id)
    transaction.commit()
    return Success()


def _templates(store: ImageStore) -> list[str]:
    """What is kept there: a zone's templates in the zone's store, all others in the region's."""
    if store.zone_id:
        return matching(Template, Filters().equal("zone_id", store.zone_id))
    others = {one.zone_id for ids in ids_of(ImageStore) for one in ImageStore.load_all(ids) if one.zone_id}
    apart = {key for zone_id in others for key in matching(Template, Filters().equal("zone_id", zone_id))}
    return [key for key in matching(Template, Filters()) if key not in apart]
