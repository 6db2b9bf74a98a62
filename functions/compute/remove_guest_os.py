"""removeGuestOs: offer an operating system that an operator added no longer."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data import os_types
from javelin.data.guest_systems import is_known
from javelin.data.records.claim import Claim
from javelin.data.records.guest_os import GuestOs
from javelin.data.records.os_category import OsCategory
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class RemoveGuestOs(Request):
    """Removes an operating system that an operator added. What is labelled with it stays so."""

    id: Uuid = Field(description="The operating system")


@operation(
    RemoveGuestOs, roles=ROOT, grants=[GuestOs.write, OsCategory.write, Claim.write, *jobs.START_JOB],
    asynchronous=True, event="GUEST.OS.REMOVE",
)  # fmt: skip
def handler(request: RemoveGuestOs, caller: Caller) -> Accepted:
    """Its name is free then."""
    if os_types.find(request.id):
        raise InvalidParameter("Every cloud knows this operating system: it cannot be removed.")
    one = GuestOs.require(request.id)
    transaction = Transaction()
    transaction.delete(one, GuestOs.name == one.name, GuestOs.unknown(one.id))
    transaction.release(f"guest_os/{one.name}")
    if not is_known(one.category_id):
        transaction.update(OsCategory(one.category_id), [OsCategory.systems.add(-1)], OsCategory.id.exists())
    return jobs.done(
        caller, transaction, command="removeGuestOs", result={"success": True}, resource_type="GuestOs",
        resource_id=one.id,
    )  # fmt: skip
