"""enableAccount: let an account's users in again."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse
from functions.identity._account_states import CHANGE_STATE, change_state, chosen
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item


class EnableAccount(Request):
    """Lets the users of a disabled or locked account in again."""

    id: Uuid | None = Field(None, description="The account")
    account: Text | None = Field(None, description="The account's name, instead of its id")
    domainid: Uuid | None = Field(None, description="The domain of the account that is named")


@operation(
    EnableAccount,
    roles=ADMINS,
    answers=AccountResponse,
    object_name="account",
    grants=CHANGE_STATE,
    event="ACCOUNT.ENABLE",
)
def handler(request: EnableAccount, caller: Caller) -> Item:
    """Counts from their next request on."""
    account = chosen(caller, request.id, request.account, request.domainid)
    return Item("account", change_state(caller, account, "enabled"))
