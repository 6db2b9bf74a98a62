"""updateOsCategory: rename a family of operating systems, or move it in lists."""

from __future__ import annotations

from pydantic import Field

from functions.compute._guest_os import GuestOSCategoryResponse, show_family
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.guest_systems import families, family
from javelin.data.records.claim import Claim
from javelin.data.records.os_category import OsCategory
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction


class UpdateOsCategory(Request):
    """Changes a family of operating systems, also one that every cloud knows."""

    id: Uuid = Field(description="The family")
    name: Text | None = Field(None, description="A name that no other family has")
    isfeatured: Flag | None = Field(None, description="Whether it is shown first")
    sortkey: Integer | None = Field(None, description="Its place in lists, the lowest first; 0 if it has none")


@operation(
    UpdateOsCategory, roles=ROOT, grants=[OsCategory.write, Claim.write, Sequence.write],
    answers=GuestOSCategoryResponse, object_name="oscategory", event="GUEST.OS.CATEGORY.UPDATE",
)  # fmt: skip
def handler(request: UpdateOsCategory, caller: Caller) -> Item:
    """The family as it is then."""
    one, name = family(request.id), request.name
    kept = one.version is not None
    transaction = Transaction()
    if name is not None and name.lower() != one.name.lower():
        taken = InvalidParameter(f"There is an OS category {name} already; choose another name.")
        if any(other.name.lower() == name.lower() for other in families()):
            raise taken
        transaction.claim(f"os_category/{name}", one.id, taken)
        transaction.release(f"os_category/{one.name}")
    changes = {"name": name, "featured": request.isfeatured, "sort_key": request.sortkey}
    for attribute, value in changes.items():
        if value is not None:
            setattr(one, attribute, value)
    if kept:
        transaction.save(one)
    else:
        transaction.create(one)
    transaction.commit()
    return Item("oscategory", show_family(one))
