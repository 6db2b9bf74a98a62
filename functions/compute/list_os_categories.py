"""listOsCategories: the families of operating systems."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.os_types import categories


class ListOsCategories(ListRequest):
    """Lists families of operating systems."""

    id: Uuid | None = Field(None, description="Only this family")
    name: Text | None = Field(None, description="Only the family of this name")
    isfeatured: Flag | None = Field(None, description="Only featured families, or only others; all are featured")
    isiso: Flag = Field(False, description="Only families that have ISOs, of which there are none")
    isvnf: Flag = Field(False, description="Only families of network appliances, of which there are none")
    zoneid: Uuid | None = Field(None, description="Accepted; the families are the same in every zone")
    arch: Text | None = Field(None, description="Only families for these processors: x86_64 has all")
    showicon: Flag = Field(False, description="Accepted; there are no icons")


class GuestOSCategoryResponse(Response):
    """A family of operating systems."""

    id: str = Field(description="The family's id")
    name: str = Field(description="The family's name")
    isfeatured: bool = Field(True, description="Whether it is shown first")


@operation(ListOsCategories, roles=EVERYONE, answers=GuestOSCategoryResponse, object_name="oscategory")
def handler(request: ListOsCategories, caller: Caller) -> Listing:
    """In order of name."""
    found = [
        one
        for one in categories()
        if request.id in (None, one.id)
        and (request.name is None or request.name.lower() == one.name.lower())
        and (request.keyword is None or request.keyword.lower() in one.name.lower())
        and request.isfeatured is not False
        and not (request.isiso or request.isvnf)
        and request.arch in (None, "x86_64")
    ]
    page = window(request)
    rows = [GuestOSCategoryResponse(id=one.id, name=one.name) for one in found[page.start : page.start + page.size]]
    return Listing("oscategory", rows, len(found))
