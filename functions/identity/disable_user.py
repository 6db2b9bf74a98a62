"""disableUser: keep a user out."""

from __future__ import annotations

from pydantic import Field

from functions.identity._user import UserResponse
from functions.identity._user_states import CHANGE_STATE, change_state
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DisableUser(Request):
    """Keeps a user out: no logins, no keys, no sessions."""

    id: Uuid = Field(description="The user")


@operation(
    DisableUser,
    roles=ADMINS,
    asynchronous=True,
    answers=UserResponse,
    object_name="user",
    grants=[*CHANGE_STATE, *jobs.START_JOB],
    event="USER.DISABLE",
)
def handler(request: DisableUser, caller: Caller) -> Accepted:
    """It takes no time, but the contract has a job for it."""
    shown, account = change_state(caller, request.id, "disabled")
    return jobs.done(
        caller, Transaction(), command="disableUser", result={"user": shown.body()}, resource_type="User",
        resource_id=request.id, owner=account,
    )  # fmt: skip
