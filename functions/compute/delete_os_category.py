"""deleteOsCategory: delete a family of operating systems that has none."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.guest_systems import is_known
from javelin.data.records.claim import Claim
from javelin.data.records.os_category import OsCategory
from javelin.data.transaction import Transaction


class DeleteOsCategory(Request):
    """Deletes a family that an operator added, and that has no operating systems."""

    id: Uuid = Field(description="The family")


@operation(
    DeleteOsCategory, roles=ROOT, grants=[OsCategory.write, Claim.write], event="GUEST.OS.CATEGORY.DELETE",
)  # fmt: skip
def handler(request: DeleteOsCategory, caller: Caller) -> Success:
    """Its name is free then."""
    if is_known(request.id):
        raise InvalidParameter("Every cloud knows this OS category, which has operating systems: it cannot be deleted.")
    one = OsCategory.require(request.id)
    busy = ResourceInUse(f"OS category {one.name} has operating systems; remove them first.")
    transaction = Transaction()
    transaction.delete(one, OsCategory.systems == 0, busy)
    transaction.release(f"os_category/{one.name}")
    transaction.commit()
    return Success()
