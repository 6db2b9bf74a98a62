"""deleteUser: a user who is no more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._leaving import remove_user
from functions.identity._rights import governed_user
from functions.identity._user_states import refuse_indispensable
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.password_reset import PasswordReset
from javelin.data.records.role import Role
from javelin.data.records.second_factor import SecondFactor
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class DeleteUser(Request):
    """Deletes a user; what its account owns stays."""

    id: Uuid = Field(description="The user")


@operation(
    DeleteUser,
    roles=ADMINS,
    grants=[
        User.write,
        Account.write,
        ApiKey.write,
        Claim.write,
        Role.read,
        SecondFactor.write,
        PasswordReset.write,
        *ANNOUNCE,
    ],
    event="USER.DELETE",
)
def handler(request: DeleteUser, caller: Caller) -> Success:
    """Keys and name go in the same transaction; sessions end with the next request."""
    user, account = governed_user(caller, request.id)
    refuse_indispensable(caller, user)
    transaction = Transaction()
    remove_user(transaction, user)
    transaction.delete(SecondFactor(user.id))
    transaction.delete(PasswordReset(user.id))
    transaction.commit()
    tell(caller, "USER.DELETE", f"User {user.username} of account {account.name} was deleted", "User", user.id)
    return Success()
