"""deleteUser: a user who is no more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._invitations import invitations_of, withdraw_all
from functions.identity._leaving import REMOVE_USER, remove_user
from functions.identity._project_leaving import leave_all, memberships, refuse_last_administrator
from functions.identity._rights import governed_user
from functions.identity._user_states import refuse_indispensable
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.role import Role
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class DeleteUser(Request):
    """Deletes a user, which leaves the projects that it is in alone; what its account owns stays."""

    id: Uuid = Field(description="The user")


@operation(DeleteUser, roles=ADMINS, grants=[*REMOVE_USER, Role.read, *ANNOUNCE], event="USER.DELETE")
def handler(request: DeleteUser, caller: Caller) -> Success:
    """Projects are left first; keys and name go in one transaction, and sessions end with the next request."""
    user, account = governed_user(caller, request.id)
    refuse_indispensable(caller, user)
    alone = memberships(None, [user])
    refuse_last_administrator(alone, f"User {user.username}")
    leave_all(alone)
    withdraw_all(invitations_of(account.id, user.id))
    transaction = Transaction()
    remove_user(transaction, User.require(user.id))
    transaction.commit()
    tell(
        caller,
        "USER.DELETE",
        f"User {user.username} of account {account.name} was deleted",
        "User",
        user.id,
        owner=account,
    )
    return Success()
