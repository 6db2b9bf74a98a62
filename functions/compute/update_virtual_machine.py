"""updateVirtualMachine: change what can be changed without touching the guest."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from functions.compute import _instance_group, _lifecycle
from functions.compute._addresses import name_claim
from functions.compute._user_data import READ_KEPT, replaced
from functions.compute._virtual_machine import VirtualMachineResponse, show
from functions.compute.deploy_virtual_machine import HOST_NAME
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Flag, Length, Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import limits
from javelin.data.details import harmless
from javelin.data.guest_systems import READ_SYSTEMS, name_of
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging import objects


class UpdateVirtualMachine(Request):
    """Changes a virtual machine's names, group, user data and flags. Some take effect when it is started again."""

    id: Uuid = Field(description="The virtual machine")
    name: Text | None = Field(None, description="A new host name; the virtual machine must be stopped")
    displayname: Text | None = Field(None, description="The name that people see")
    group: Text | None = Field(None, description="The instance group to put it in, which is made if there is none")
    haenable: Flag | None = Field(None, description="Whether it is restarted elsewhere when its host fails")
    ostypeid: Uuid | None = Field(None, description="Its operating system")
    userdata: Annotated[SecretText, Length(1_400_000)] | None = Field(None, description="New user data, base64")
    userdataid: Uuid | None = Field(None, description="Registered user data, instead of userdata")
    userdatadetails: Details = Field(default_factory=dict, description="Values of the user data's variables")
    displayvm: Flag | None = Field(None, description="Whether users see it")
    isdynamicallyscalable: Flag | None = Field(None, description="Whether it can be scaled while it runs")
    details: Details = Field(default_factory=dict, description="New details, which replace the old ones")
    cleanupdetails: Flag = Field(False, description="Remove all details")
    deleteprotection: Flag | None = Field(None, description="Whether it refuses to be destroyed")


REFUSED = (
    "customid", "instancename", "securitygroupids", "securitygroupnames",
    "dhcpoptionsnetworklist", "extraconfig", "leaseduration", "leaseexpiryaction",
)  # fmt: skip
PLAIN = {
    "displayname": "display_name", "haenable": "ha_enabled", "ostypeid": "os_type_id",
    "displayvm": "display", "isdynamicallyscalable": "dynamically_scalable", "deleteprotection": "delete_protection",
}  # fmt: skip


@operation(
    UpdateVirtualMachine, roles=EVERYONE, answers=VirtualMachineResponse, object_name="virtualmachine", refuses=REFUSED,
    grants=[*_lifecycle.GRANTS, *_instance_group.JOIN, Template.read, *READ_KEPT, *READ_SYSTEMS,
            objects.may("Put", "userdata/")],
    environment=[objects.BUCKET], event="VM.UPDATE",
)  # fmt: skip
def handler(request: UpdateVirtualMachine, caller: Caller) -> Item:
    """All of it, or nothing."""
    machine = VirtualMachine.visible_to(caller, request.id)
    telling.concerns(machine)
    system = name_of(request.ostypeid)
    changes: list[Any] = []

    def change(attribute: str, value: Any) -> None:
        changes.append(getattr(VirtualMachine, attribute).set(value))
        setattr(machine, attribute, value)

    transaction = Transaction()
    old_name = machine.name
    for parameter, attribute in PLAIN.items():
        value = getattr(request, parameter)
        if value is not None:
            change(attribute, value)
    if request.ostypeid is not None and system != machine.os_type_name:
        changes.append(VirtualMachine.os_type_name.set(system) if system else VirtualMachine.os_type_name.remove())
        machine.os_type_name = system
    if request.cleanupdetails:
        changes.append(VirtualMachine.details.remove())
        machine.details = None
    elif request.details:
        change("details", harmless(request.details))
    if request.name is not None and request.name != old_name:
        _rename(transaction, machine, request.name)
        change("name", request.name)
    data = replaced(machine, request.userdata, request.userdataid, request.userdatadetails)
    if data is not None:
        changes += data.changes()
        data.check(transaction)
        data.show_in(machine)
    as_read = VirtualMachine.state == machine.state
    if request.group is not None:
        before = machine.group_id
        _instance_group.join(transaction, machine, request.group)
        changes += [VirtualMachine.group_id.set(machine.group_id), VirtualMachine.group.set(machine.group)]
        as_read &= VirtualMachine.group_id == before if before else VirtualMachine.group_id.does_not_exist()
        as_read &= limits.in_place(machine)  # where a new group is too
    if changes:
        transaction.update(machine, changes, as_read)
        transaction.commit()
    if data is not None and data.content is not None:
        objects.put(machine.user_data_key, data.content)
    return Item("virtualmachine", show(machine, admin=caller.role_type in OPERATORS))


def _rename(transaction: Transaction, machine: VirtualMachine, name: str) -> None:
    _lifecycle.require_state(machine, ("Stopped",), "Renaming")
    if not HOST_NAME.match(name):
        raise InvalidParameter(f"{name} is no host name: start with a letter, then letters, digits and hyphens.")
    for nic in machine.nics:
        taken = InvalidParameter(
            f"There is a guest {name} in network {nic['networkname']} already; choose another name."
        )
        transaction.claim(name_claim(nic["networkid"], name), machine.id, taken)
        transaction.release(name_claim(nic["networkid"], machine.name))
