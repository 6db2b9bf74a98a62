"""Users let in and kept out; the edge asks a user's state with every request."""

from __future__ import annotations

from typing import Literal

from functions.identity._events import tell
from functions.identity._rights import governed_user
from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.records.account import Account
from javelin.data.records.role import Role
from javelin.data.records.user import ROOT_USER, User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE

CHANGE_STATE: tuple[Grant, ...] = (User.write, Account.read, Role.read, *ANNOUNCE)
_EVENTS = {"enabled": "USER.ENABLE", "disabled": "USER.DISABLE", "locked": "USER.LOCK"}


def change_state(
    caller: Caller, user_id: str, state: Literal["enabled", "disabled", "locked"]
) -> tuple[UserResponse, Account]:
    """Let the user in, or keep it out; answers its account, too. Being so already is success."""
    user, account = governed_user(caller, user_id)
    if state != "enabled":
        refuse_indispensable(caller, user)
    if user.state != state:
        user.state = state
        transaction = Transaction()
        transaction.save(user)
        transaction.commit()
        tell(
            caller,
            _EVENTS[state],
            f"User {user.username} of account {account.name} is {state}",
            "User",
            user.id,
            owner=account,
        )
    return show_user(user, account, caller), account


def refuse_indispensable(caller: Caller, user: User) -> None:
    """Raise InvalidParameter for the caller itself and the first administrator, who must not lock themselves out."""
    if user.id in (caller.user_id, ROOT_USER):
        raise InvalidParameter("Neither you nor the first administrator can be kept out; name another user.")
