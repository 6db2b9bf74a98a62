"""listRegions: this cloud, and the others of its operator."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._region import RegionResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, ListRequest, Text
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.reach import Reach
from javelin.data.records.region import Region


class ListRegions(ListRequest):
    """Lists regions: clouds of the same operator, each with its own accounts and its own API."""

    id: Integer | None = Field(None, description="Only the region of this number")
    name: Text | None = Field(None, description="Only the region of this name")


@operation(
    ListRegions, roles=EVERYONE, grants=[Region.read, *READ_LISTS], answers=RegionResponse, object_name="region",
    environment=("JAVELIN_ENDPOINT",),
)  # fmt: skip
def handler(request: ListRegions, caller: Caller) -> Listing:
    """This cloud first, the others as they were added."""
    page = window(request)
    filters = Filters().equal("number", request.id).word("name", request.name).contains(request.keyword, "name")
    own = [one for one in (Region.own(),) if filters.passes(one)]
    others, count = page_of(Region, Reach(), page.after(len(own)), filters)
    return Listing("region", [show(one) for one in (*page.of(own), *others)], len(own) + count)
