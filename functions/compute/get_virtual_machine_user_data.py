"""getVirtualMachineUserData: the user data of a virtual machine."""

from __future__ import annotations

import base64

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item, Response
from javelin.contract.secret import Secret
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging import objects


class GetVirtualMachineUserData(Request):
    """Gives the user data that a virtual machine was deployed with, in base64."""

    virtualmachineid: Uuid = Field(description="The virtual machine")


class UserDataResponse(Response):
    """A virtual machine's user data."""

    virtualmachineid: str = Field(description="The virtual machine")
    userdata: Secret | None = Field(None, description="Base64; absent when it has none")


@operation(
    GetVirtualMachineUserData, roles=EVERYONE, answers=UserDataResponse, object_name="virtualmachineuserdata",
    grants=[VirtualMachine.read, objects.may("Get", "userdata/"), objects.LOOK], environment=[objects.BUCKET],
    secret_answer=True,
)  # fmt: skip
def handler(request: GetVirtualMachineUserData, caller: Caller) -> Item:
    """Its owner and admins above may see it."""
    machine = VirtualMachine.visible_to(caller, request.virtualmachineid)
    data = objects.get(machine.user_data_key) if machine.has_user_data else None
    text = Secret(base64.b64encode(data).decode()) if data is not None else None
    return Item("virtualmachineuserdata", UserDataResponse(virtualmachineid=machine.id, userdata=text))
