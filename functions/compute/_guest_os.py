"""How operating systems and their families are shown."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.responses import Response
from javelin.data.os_types import OsType
from javelin.data.records.guest_os import GuestOs
from javelin.data.records.os_category import OsCategory


class GuestOSResponse(Response):
    """An operating system."""

    id: str = Field(description="The operating system's id")
    name: str = Field(description="Its name")
    description: str = Field(description="Its name")
    oscategoryid: str = Field(description="The family that it is of")
    oscategoryname: str = Field(description="The family's name")
    isuserdefined: bool = Field(False, description="Whether an operator added it")
    fordisplay: bool = Field(True, description="Whether it is shown to users")


class GuestOSCategoryResponse(Response):
    """A family of operating systems."""

    id: str = Field(description="The family's id")
    name: str = Field(description="The family's name")
    isfeatured: bool = Field(description="Whether it is shown first")


def show(one: OsType | GuestOs, family: str) -> GuestOSResponse:
    """An operating system of a family of this name."""
    if isinstance(one, OsType):
        return GuestOSResponse(
            id=one.id, name=one.name, description=one.name, oscategoryid=one.category.id, oscategoryname=family
        )
    return GuestOSResponse(
        id=one.id, name=one.name, description=one.name, oscategoryid=one.category_id, oscategoryname=family,
        isuserdefined=True, fordisplay=one.display,
    )  # fmt: skip


def show_family(one: OsCategory) -> GuestOSCategoryResponse:
    """A family."""
    return GuestOSCategoryResponse(id=one.id, name=one.name, isfeatured=bool(one.featured))
