"""Roles that may be used, and those that may not for a while; the edge asks a role's state with every request."""

from __future__ import annotations

from typing import Literal

from functions.identity._events import tell
from functions.identity._role import change_role, changeable_role
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.data.records.role import Role
from javelin.data.transaction import Transaction

_EVENTS = {"enabled": "ROLE.ENABLE", "disabled": "ROLE.DISABLE"}


def change_state(caller: Caller, role_id: str, state: Literal["enabled", "disabled"]) -> None:
    """Let the role's users call, or not. Being so already is success."""
    role = changeable_role(caller, role_id)
    if state == "disabled" and role.id == caller.role_id:
        raise InvalidParameter("Your own role is for others to disable; name another.")
    if role.state == state:
        return
    transaction = Transaction()
    change_role(transaction, role, Role.state.set(state))
    transaction.commit()
    tell(caller, _EVENTS[state], f"Role {role.name} is {state}", "Role", role.id)
