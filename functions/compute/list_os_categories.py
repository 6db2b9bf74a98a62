"""listOsCategories: the families of operating systems."""

from __future__ import annotations

from pydantic import Field

from functions.compute._guest_os import GuestOSCategoryResponse, show_family
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.guest_systems import families
from javelin.data.lists import window
from javelin.data.records.os_category import OsCategory
from javelin.data.records.sequence import Sequence


class ListOsCategories(ListRequest):
    """Lists families of operating systems."""

    id: Uuid | None = Field(None, description="Only this family")
    name: Text | None = Field(None, description="Only the family of this name")
    isfeatured: Flag | None = Field(None, description="Only featured families, or only others")
    isiso: Flag = Field(False, description="Only families that have ISOs, of which there are none")
    isvnf: Flag = Field(False, description="Only families of network appliances, of which there are none")
    zoneid: Uuid | None = Field(None, description="Accepted; the families are the same in every zone")
    arch: Text | None = Field(None, description="Only families for these processors: x86_64 has all")
    showicon: Flag = Field(False, description="Accepted; there are no icons")


@operation(
    ListOsCategories, roles=EVERYONE, grants=[OsCategory.read, Sequence.read], answers=GuestOSCategoryResponse,
    object_name="oscategory",
)  # fmt: skip
def handler(request: ListOsCategories, caller: Caller) -> Listing:
    """In order of sort key and name."""
    found = [
        one
        for one in families()
        if request.id in (None, one.id)
        and (request.name is None or request.name.lower() == one.name.lower())
        and (request.keyword is None or request.keyword.lower() in one.name.lower())
        and request.isfeatured in (None, bool(one.featured))
        and not (request.isiso or request.isvnf)
        and request.arch in (None, "x86_64")
    ]
    return Listing("oscategory", [show_family(one) for one in window(request).of(found)], len(found))
