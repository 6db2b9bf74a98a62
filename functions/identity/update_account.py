"""updateAccount: an account's role, network domain and details."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse, show_account, users_of
from functions.identity._account_states import CHANGE_STATE, chosen
from functions.identity._events import tell
from functions.identity._rights import require_fits_domain, require_includes, role_type_of
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.account import Account
from javelin.data.transaction import Transaction


class UpdateAccount(Request):
    """Changes an account; its name stays."""

    id: Uuid | None = Field(None, description="The account")
    account: Text | None = Field(None, description="The account's name, instead of its id")
    domainid: Uuid | None = Field(None, description="The domain of the account that is named")
    roleid: Uuid | None = Field(None, description="What its users may call from now on")
    networkdomain: Text | None = Field(None, description="DNS domain of the networks that it makes from now on")
    accountdetails: Details | None = Field(
        None, description="Keys and values to keep with the account, instead of all before"
    )


@operation(
    UpdateAccount, roles=ADMINS, answers=AccountResponse, object_name="account", grants=CHANGE_STATE,
    refuses=("newname", "apikeyaccess"),
    event="ACCOUNT.UPDATE",
)  # fmt: skip
def handler(request: UpdateAccount, caller: Caller) -> Item:
    """A role counts from the users' next request on."""
    account = chosen(caller, request.id, request.account, request.domainid)
    if request.roleid is not None:
        _give_role(caller, account, request.roleid)
    if request.networkdomain is not None:
        account.network_domain = request.networkdomain
    if request.accountdetails is not None:
        account.details = request.accountdetails
    transaction = Transaction()
    transaction.save(account)
    transaction.commit()
    tell(caller, "ACCOUNT.UPDATE", f"Account {account.name} was changed", "Account", account.id)
    return Item("account", show_account(account, users_of([account]), caller))


def _give_role(caller: Caller, account: Account, role_id: str) -> None:
    kind = role_type_of(role_id)
    if kind is None:
        raise InvalidParameter(f"Unable to find role with id {role_id}; see listRoles.")
    if account.id == caller.account_id:
        raise InvalidParameter("Your own account's role is for others to change.")
    require_includes(caller, kind)
    require_fits_domain(kind, account.domain_path)
    account.role_id, account.role_type = role_id, kind
