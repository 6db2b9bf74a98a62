"""addOsCategory: add a family of operating systems."""

from __future__ import annotations

from pydantic import Field

from functions.compute._guest_os import GuestOSCategoryResponse, show_family
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text
from javelin.contract.responses import Item
from javelin.data.guest_systems import families
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.os_category import OsCategory
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction


class AddOsCategory(Request):
    """Adds a family of operating systems."""

    name: Text = Field(description="A name that no other family has")
    isfeatured: Flag = Field(False, description="Whether it is shown first")


@operation(
    AddOsCategory, roles=ROOT, grants=[OsCategory.write, Claim.write, Sequence.write], answers=GuestOSCategoryResponse,
    object_name="oscategory", event="GUEST.OS.CATEGORY.ADD",
)  # fmt: skip
def handler(request: AddOsCategory, caller: Caller) -> Item:
    """A family without operating systems."""
    taken = InvalidParameter(f"There is an OS category {request.name} already; choose another name.")
    if any(one.name.lower() == request.name.lower() for one in families()):
        raise taken
    made = OsCategory(new_id(), name=request.name, featured=request.isfeatured)
    transaction = Transaction()
    transaction.claim(f"os_category/{made.name}", made.id, taken)
    transaction.create(made)
    transaction.commit()
    return Item("oscategory", show_family(made))
