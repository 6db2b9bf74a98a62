"""deleteUserData: forget user data that nothing has any more."""

from __future__ import annotations

from functions.compute._kept_user_data import FORGET, Removal, forget, removed
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.responses import Success
from javelin.data.indexes import related
from javelin.data.records.template import Template
from javelin.data.records.user_data import UserData
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging import objects
from javelin.messaging.events import announce, of_caller


class DeleteUserData(Removal):
    """Forgets user data that no template is linked with and that no virtual machine was deployed with."""


@operation(
    DeleteUserData, roles=EVERYONE, grants=[UserData.write, *FORGET, Template.read, VirtualMachine.read],
    environment=[objects.BUCKET],
    event="DELETE.USER.DATA",
)  # fmt: skip
def handler(request: DeleteUserData, caller: Caller) -> Success:
    """Guests have a copy of their own: those of others, by a template for all, keep what they got."""
    kept = removed(UserData, request, caller)
    for index, words in ((Template.by_user_data, "templates"), (VirtualMachine.by_user_data, "virtual machines")):
        users = related(index, kept.id, [kept.account_id])
        if users:
            raise ResourceInUse(
                f"User data {kept.name} is what {len(users)} {words} have, such as {users[0]}; unlink or expunge them first."
            )
    forget(kept)
    said = f"User data {kept.name} was deleted"
    announce(of_caller(caller, "DELETE.USER.DATA", said, resource_type="UserData", resource_id=kept.id, owner=kept))
    return Success()
