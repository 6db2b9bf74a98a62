"""updateAccount: an account's name, role, network domain and details."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse, show_account, users_of
from functions.identity._account_states import CHANGE_STATE, chosen
from functions.identity._events import tell
from functions.identity._keys import read_access
from functions.identity._renaming import FLOW, RENAME, account_name, changed, go_on, rename_account
from functions.identity._rights import require_fits_domain
from functions.identity._role import given_role, hold_role, release_role
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.record import Change
from javelin.data.records.account import Account
from javelin.data.records.role import Role
from javelin.data.transaction import Transaction


class UpdateAccount(Request):
    """Changes an account. A job has what it owns tell its new name."""

    id: Uuid | None = Field(None, description="The account")
    account: Text | None = Field(None, description="The account's name, instead of its id")
    domainid: Uuid | None = Field(None, description="The domain of the account that is named")
    newname: Text | None = Field(None, description="A name that no other account of its domain has")
    roleid: Uuid | None = Field(None, description="What its users may call from now on")
    networkdomain: Text | None = Field(None, description="DNS domain of the networks that it makes from now on")
    apikeyaccess: Text | None = Field(
        None, description="Whether keys may be used: Enabled, Disabled or Inherit; for root"
    )
    accountdetails: Details | None = Field(
        None, description="Keys and values to keep with the account, instead of all before"
    )


@operation(
    UpdateAccount, roles=ADMINS, answers=AccountResponse, object_name="account", event="ACCOUNT.UPDATE",
    grants=[*CHANGE_STATE, Role.write, *RENAME], flow=FLOW, asynchronous=False,
)  # fmt: skip
def handler(request: UpdateAccount, caller: Caller) -> Item:
    """A role counts from the users' next request on. Called again after its job failed, what was left tells the name."""
    account = chosen(caller, request.id, request.account, request.domainid)
    transaction, changes, same = Transaction(), _changes(request, caller), Account.id.exists()
    if request.roleid is not None and request.roleid != account.role_id:
        changes += _give_role(transaction, caller, account, request.roleid)
        same = same & (Account.role_id == account.role_id)
    name = account.name if request.newname is None else account_name(account, request.newname)
    if name != account.name:
        rename_account(caller, transaction, account, name, changes, same)
    else:
        transaction.update(account, changes, same, changed(account))
        transaction.commit()
        if request.newname is not None:
            go_on(caller, account)
        tell(caller, "ACCOUNT.UPDATE", f"Account {account.name} was changed", "Account", account.id, owner=account)
    return Item("account", show_account(Account.require(account.id), users_of([account]), caller))


def _changes(request: UpdateAccount, caller: Caller) -> list[Change]:
    changes: list[Change] = []
    if request.networkdomain is not None:
        changes.append(Account.network_domain.set(request.networkdomain))
    if request.accountdetails is not None:
        changes.append(Account.details.set(request.accountdetails))
    if request.apikeyaccess is not None:
        access = read_access(caller, request.apikeyaccess)
        changes.append(Account.api_key_access.remove() if access is None else Account.api_key_access.set(access))
    return changes


def _give_role(transaction: Transaction, caller: Caller, account: Account, role_id: str) -> list[Change]:
    role = given_role(caller, role_id)
    if account.id == caller.account_id:
        raise InvalidParameter("Your own account's role is for others to change.")
    require_fits_domain(role.type, account.domain_path)
    release_role(transaction, account.role_id)
    hold_role(transaction, role)
    return [Account.role_id.set(role.id), Account.role_type.set(role.type)]
