"""enableUser: let a user in again."""

from __future__ import annotations

from pydantic import Field

from functions.identity._user import UserResponse
from functions.identity._user_states import CHANGE_STATE, change_state
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item


class EnableUser(Request):
    """Lets a disabled or locked user in again."""

    id: Uuid = Field(description="The user")


@operation(
    EnableUser, roles=ADMINS, answers=UserResponse, object_name="user", grants=[*CHANGE_STATE], event="USER.ENABLE"
)
def handler(request: EnableUser, caller: Caller) -> Item:
    """Counts from the user's next request on."""
    return Item("user", change_state(caller, request.id, "enabled")[0])
