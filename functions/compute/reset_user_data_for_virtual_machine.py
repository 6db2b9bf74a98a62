"""resetUserDataForVirtualMachine: give a stopped virtual machine other user data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.compute import _lifecycle
from functions.compute._user_data import READ_KEPT, replaced
from functions.compute._virtual_machine import VirtualMachineResponse, show
from javelin.contract.caller import OPERATORS, ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Length, Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging import objects
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class ResetUserDataForVirtualMachine(Request):
    """Replaces the user data of a stopped virtual machine; its next start has it."""

    id: Uuid = Field(description="The virtual machine")
    userdata: Annotated[SecretText, Length(1_400_000)] | None = Field(None, description="Base64, at most 1 MiB decoded")
    userdataid: Uuid | None = Field(None, description="Registered user data, instead of userdata")
    userdatadetails: Details = Field(default_factory=dict, description="Values of the user data's variables")
    account: Text | None = Field(None, description="Must be the virtual machine's: the user data is its account's")
    domainid: Uuid | None = Field(None, description="Must be the virtual machine's")
    projectid: Uuid | None = Field(None, description="Must be the virtual machine's, if a project owns it")


@operation(
    ResetUserDataForVirtualMachine, roles=ROOT, answers=VirtualMachineResponse, object_name="virtualmachine",
    grants=[*_lifecycle.GRANTS, Template.read, *READ_KEPT, objects.may("Put", "userdata/"), *ANNOUNCE],
    environment=[objects.BUCKET],
    event="VM.RESETUSERDATA",
)  # fmt: skip
def handler(request: ResetUserDataForVirtualMachine, caller: Caller) -> Item:
    """The machine must be stopped, as in CloudStack."""
    machine = VirtualMachine.visible_to(caller, request.id)
    asked = (request.account, request.domainid, request.projectid)
    own = (machine.account, machine.domain_id, machine.account_id)
    if any(one not in (None, mine) for one, mine in zip(asked, own, strict=True)):
        raise InvalidParameter(
            f"Virtual machine {machine.name} takes the user data of its own account; leave account, domainid and"
            " projectid out."
        )
    words = "Resetting the user data of"
    _lifecycle.require_state(machine, ("Stopped",), words)
    data = replaced(machine, request.userdata, request.userdataid, request.userdatadetails)
    if data is None or data.content is None:
        raise InvalidParameter("Give userdata or userdataid: what the virtual machine is to have.")
    transaction = Transaction()
    stopped = _lifecycle.wrong_state(machine, ("Stopped",), words)
    transaction.update(machine, data.changes(), VirtualMachine.state == "Stopped", stopped)
    data.check(transaction)
    transaction.commit()
    objects.put(machine.user_data_key, data.content)
    data.show_in(machine)
    said = f"Virtual machine {machine.name} has other user data"
    announce(
        of_caller(
            caller, "VM.RESETUSERDATA", said, resource_type="VirtualMachine", resource_id=machine.id, owner=machine
        )
    )
    return Item("virtualmachine", show(machine, admin=caller.role_type in OPERATORS))
