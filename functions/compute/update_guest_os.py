"""updateGuestOs: rename an operating system that an operator added, give it another family, or show it to users or not."""

from __future__ import annotations

from pydantic import Field

from functions.compute._guest_os import GuestOSResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Flag, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data import os_types
from javelin.data.guest_systems import family, is_known
from javelin.data.records.claim import Claim
from javelin.data.records.guest_os import GuestOs
from javelin.data.records.os_category import OsCategory
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class UpdateGuestOs(Request):
    """Changes an operating system that an operator added. What is labelled with it keeps the name that it had."""

    id: Uuid = Field(description="The operating system")
    osdisplayname: Text | None = Field(None, description="A name that no other operating system has")
    oscategoryid: Uuid | None = Field(None, description="The family that it is of")
    details: Details | None = Field(None, description="More about it, instead of what was said")
    fordisplay: Flag | None = Field(None, description="Whether users see it")


@operation(
    UpdateGuestOs, roles=ROOT, grants=[GuestOs.write, OsCategory.write, Claim.write, *jobs.START_JOB],
    answers=GuestOSResponse, object_name="ostype", asynchronous=True, event="GUEST.OS.UPDATE",
)  # fmt: skip
def handler(request: UpdateGuestOs, caller: Caller) -> Accepted:
    """The operating system as it is then."""
    if os_types.find(request.id):
        raise InvalidParameter("Every cloud knows this operating system: it stays as it is; add one of your own.")
    one, name = GuestOs.require(request.id), request.osdisplayname
    transaction = Transaction()
    if name is not None and name.lower() != one.name.lower():
        taken = InvalidParameter(f"There is an operating system {name} already; choose another name.")
        if any(known.name.lower() == name.lower() for known in os_types.os_types()):
            raise taken
        transaction.claim(f"guest_os/{name}", one.id, taken)
        transaction.release(f"guest_os/{one.name}")
    if request.oscategoryid is not None and request.oscategoryid != one.category_id:
        _move(transaction, one, request.oscategoryid)
    one.name = name or one.name
    one.details = one.details if request.details is None else request.details
    one.display = one.display if request.fordisplay is None else request.fordisplay
    transaction.save(one)
    return jobs.done(
        caller, transaction, command="updateGuestOs",
        result={"ostype": show(one, family(one.category_id).name).body()}, resource_type="GuestOs", resource_id=one.id,
    )  # fmt: skip


def _move(transaction: Transaction, one: GuestOs, home: str) -> None:
    """Into another family, which is there then."""
    for key, change in ((one.category_id, -1), (family(home).id, 1)):
        if not is_known(key):
            transaction.update(
                OsCategory(key), [OsCategory.systems.add(change)], OsCategory.id.exists(), OsCategory.unknown(key)
            )
    one.category_id = home
