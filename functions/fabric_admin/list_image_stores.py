"""listImageStores: where images of templates are kept."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._image_store import ImageStoreResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.image_store import ImageStore
from javelin.data.records.sequence import Sequence


class ListImageStores(ListRequest):
    """Lists image stores."""

    id: Uuid | None = Field(None, description="Only this store")
    name: Text | None = Field(None, description="Only stores of this name")
    zoneid: Uuid | None = Field(None, description="Only stores for this zone or the whole region")
    protocol: Text | None = Field(None, description="s3; there are no others")
    provider: Text | None = Field(None, description="S3; there are no others")
    readonly: Flag | None = Field(None, description="Only stores that nothing is added to, or only others")


@operation(
    ListImageStores, roles=ROOT, grants=[ImageStore.read, Sequence.read], answers=ImageStoreResponse,
    object_name="imagestore",
)  # fmt: skip
def handler(request: ListImageStores, caller: Caller) -> Listing:
    """All that match, in the order in which they were added."""

    filters = Filters().equal("name", request.name).contains(request.keyword, "name")
    filters.equal("zone_id", request.zoneid, absent=True).word("provider", request.provider)
    filters.equal("read_only", request.readonly).nothing(request.protocol and request.protocol.lower() != "s3")
    stores, count = list_shared(ImageStore, request, filters, [request.id] if request.id else None)
    return Listing("imagestore", [show(store) for store in stores], count)
