"""addGuestOs: add an operating system that templates and guests may be labelled with."""

from __future__ import annotations

from pydantic import Field

from functions.compute._guest_os import GuestOSResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Flag, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.guest_systems import family, is_known
from javelin.data.ids import new_id
from javelin.data.os_types import os_types
from javelin.data.records.claim import Claim
from javelin.data.records.guest_os import GuestOs
from javelin.data.records.os_category import OsCategory
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class AddGuestOs(Request):
    """Adds an operating system. Guests get the same devices whatever they are labelled with."""

    oscategoryid: Uuid = Field(description="The family that it is of")
    osdisplayname: Text = Field(description="A name that no other operating system has")
    name: Text | None = Field(None, description="Must be the same, if it is given")
    details: Details | None = Field(None, description="More about it, as key and value")
    fordisplay: Flag = Field(True, description="Whether users see it")


@operation(
    AddGuestOs, roles=ROOT, grants=[GuestOs.write, OsCategory.write, Claim.write, *jobs.START_JOB],
    answers=GuestOSResponse, object_name="ostype", asynchronous=True, event="GUEST.OS.ADD",
)  # fmt: skip
def handler(request: AddGuestOs, caller: Caller) -> Accepted:
    """An operating system of a family that is there when it is made."""
    home, name = family(request.oscategoryid), request.osdisplayname
    taken = InvalidParameter(f"There is an operating system {name} already; choose another name.")
    if any(one.name.lower() == name.lower() for one in os_types()):
        raise taken
    if request.name not in (None, name):
        raise InvalidParameter("An operating system has one name here: leave name out, or give it as osdisplayname.")
    made = GuestOs(new_id(), name=name, category_id=home.id, display=request.fordisplay, details=request.details)
    transaction = Transaction()
    transaction.claim(f"guest_os/{name}", made.id, taken)
    transaction.create(made)
    if not is_known(home.id):
        count = [OsCategory.systems.add(1)]
        transaction.update(OsCategory(home.id), count, OsCategory.id.exists(), OsCategory.unknown(home.id))
    return jobs.done(
        caller, transaction, command="addGuestOs", result={"ostype": show(made, home.name).body()},
        resource_type="GuestOs", resource_id=made.id, creates=True,
    )  # fmt: skip
