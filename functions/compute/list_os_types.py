"""listOsTypes: the operating systems that templates are labelled with."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.os_types import os_types


class ListOsTypes(ListRequest):
    """Lists the operating systems that templates and guests may be labelled with."""

    id: Uuid | None = Field(None, description="Only this operating system")
    oscategoryid: Uuid | None = Field(None, description="Only operating systems of this category")
    description: Text | None = Field(None, description="Only the operating system of this name")
    fordisplay: Flag | None = Field(None, description="True; none are hidden")


class GuestOSResponse(Response):
    """An operating system."""

    id: str = Field(description="The operating system's id")
    name: str = Field(description="Its name")
    description: str = Field(description="Its name")
    oscategoryid: str = Field(description="The family that it is of")
    oscategoryname: str = Field(description="The family's name")
    isuserdefined: bool = Field(False, description="Whether an operator added it")
    fordisplay: bool = Field(True, description="Whether it is shown")


@operation(ListOsTypes, roles=EVERYONE, answers=GuestOSResponse, object_name="ostype")
def handler(request: ListOsTypes, caller: Caller) -> Listing:
    """Family by family."""
    found = [
        one
        for one in os_types()
        if request.id in (None, one.id)
        and request.oscategoryid in (None, one.category.id)
        and (request.description is None or request.description.lower() == one.name.lower())
        and (request.keyword is None or request.keyword.lower() in one.name.lower())
        and request.fordisplay is not False
    ]
    page = window(request)
    rows = [
        GuestOSResponse(
            id=one.id, name=one.name, description=one.name, oscategoryid=one.category.id,
            oscategoryname=one.category.name,
        )
        for one in found[page.start : page.start + page.size]
    ]  # fmt: skip
    return Listing("ostype", rows, len(found))
