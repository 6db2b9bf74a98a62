"""listOsTypes: the operating systems that templates are labelled with."""

from __future__ import annotations

from pydantic import Field

from functions.compute._guest_os import GuestOSResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.guest_systems import families
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.os_types import os_types
from javelin.data.reach import Reach
from javelin.data.records.guest_os import GuestOs
from javelin.data.records.os_category import OsCategory


class ListOsTypes(ListRequest):
    """Lists the operating systems that templates and guests may be labelled with."""

    id: Uuid | None = Field(None, description="Only this operating system")
    oscategoryid: Uuid | None = Field(None, description="Only operating systems of this category")
    description: Text | None = Field(None, description="Only the operating system of this name")
    fordisplay: Flag | None = Field(
        None, description="Only those that users see, or only others, which operators see alone"
    )


@operation(
    ListOsTypes, roles=EVERYONE, grants=[GuestOs.read, OsCategory.read, *READ_LISTS], answers=GuestOSResponse,
    object_name="ostype",
)  # fmt: skip
def handler(request: ListOsTypes, caller: Caller) -> Listing:
    """Those that every cloud knows, family by family, then the operators' own."""
    names = {one.id: one.name for one in families()}
    page, keyword = window(request), (request.keyword or "").lower()
    known = [
        one
        for one in os_types()
        if request.id in (None, one.id)
        and request.oscategoryid in (None, one.category.id)
        and (request.description is None or request.description.lower() == one.name.lower())
        and keyword in one.name.lower()
        and request.fordisplay is not False
    ]
    filters = Filters().equal("id", request.id).equal("category_id", request.oscategoryid)
    filters.word("name", request.description).contains(request.keyword, "name")
    filters.equal("display", request.fordisplay if caller.role_type in OPERATORS else True)
    own, count = page_of(GuestOs, Reach(), page.after(len(known)), filters)
    rows = [show(one, names[one.category.id]) for one in page.of(known)]
    rows += [show(one, names.get(one.category_id, "")) for one in own]
    return Listing("ostype", rows, len(known) + count)
