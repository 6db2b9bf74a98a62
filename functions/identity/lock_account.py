"""lockAccount: keep an account's users out; what it runs goes on."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse
from functions.identity._account_states import CHANGE_STATE, change_state, chosen
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item


class LockAccount(Request):
    """Keeps the users of an account out; its virtual machines go on."""

    account: Text = Field(description="The account's name")
    domainid: Uuid = Field(description="The account's domain")


@operation(
    LockAccount, roles=ADMINS, answers=AccountResponse, object_name="account", grants=CHANGE_STATE, event="ACCOUNT.LOCK"
)
def handler(request: LockAccount, caller: Caller) -> Item:
    """Counts from their next request on."""
    account = chosen(caller, None, request.account, request.domainid)
    return Item("account", change_state(caller, account, "locked"))
