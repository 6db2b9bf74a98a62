"""disableAccount: keep an account's users out."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse
from functions.identity._account_states import CHANGE_STATE, change_state, chosen, disabling, require_not_indispensable
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DisableAccount(Request):
    """Keeps the users of an account out, and stops its virtual machines unless it is only locked."""

    lock: Flag = Field(description="Only keep the users out, and let what the account runs go on")
    id: Uuid | None = Field(None, description="The account")
    account: Text | None = Field(None, description="The account's name, instead of its id")
    domainid: Uuid | None = Field(None, description="The domain of the account that is named")


@operation(
    DisableAccount, roles=ADMINS, answers=AccountResponse, object_name="account", flow="identity/disable_account",
    grants=[*CHANGE_STATE, *jobs.START_JOB],
    event="ACCOUNT.DISABLE",
)  # fmt: skip
def handler(request: DisableAccount, caller: Caller) -> Accepted:
    """Where nothing is to be stopped it takes no time, but the contract has a job for it."""
    account = chosen(caller, request.id, request.account, request.domainid)
    if not request.lock and int(account.used_user_vm):
        require_not_indispensable(caller, account)
        return jobs.start(
            caller, disabling(account), command="disableAccount", flow="identity/disable_account", resource_type="Account",
            resource_id=account.id, event="ACCOUNT.DISABLE", description=f"Disabling account {account.name}", owner=account,
        )  # fmt: skip
    shown = change_state(caller, account, "locked" if request.lock else "disabled")
    return jobs.done(
        caller, Transaction(), command="disableAccount", result={"account": shown.body()}, resource_type="Account",
        resource_id=account.id, owner=account,
    )  # fmt: skip
