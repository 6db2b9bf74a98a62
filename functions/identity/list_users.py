"""listUsers: the users whom the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.identity._keys import read_access
from functions.identity._role import role_names
from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import ACCOUNT_TYPES, EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.account import Account
from javelin.data.records.role import Role
from javelin.data.records.user import User


class ListUsers(OwnedListRequest):
    """Lists users: the account's own, or for administrators those of domains."""

    id: Uuid | None = Field(None, description="Only this user")
    username: Text | None = Field(None, description="Only users of this name")
    state: Text | None = Field(None, description="Only users in this state")
    accounttype: Integer | None = Field(None, description="Only users of accounts of this type")
    apikeyaccess: Text | None = Field(None, description="Only users of whom this is said: Enabled, Disabled, Inherit")
    usersource: Text | None = Field(None, description="Only users who are from there: native")
    showicon: Flag = Field(False, description="Taken, but users have no icons")


@operation(
    ListUsers, roles=EVERYONE, grants=[User.read, Role.read, *READ_LISTS], answers=UserResponse,
    object_name="user",
)  # fmt: skip
def handler(request: ListUsers, caller: Caller) -> Listing:
    """Each with its account's role."""
    accounts: dict[str, Account] = {}

    def account_of(user: User) -> Account:
        if user.account_id not in accounts:
            accounts[user.account_id] = Account.require(user.account_id)
        return accounts[user.account_id]

    filters = Filters().word("username", request.username).contains(request.keyword, "username")
    filters.equal("state", request.state and request.state.lower())
    if request.accounttype is not None:
        filters.add(lambda user: ACCOUNT_TYPES[account_of(user).role_type] == request.accounttype)
    if request.apikeyaccess is not None:
        said = read_access(caller, request.apikeyaccess)
        filters.add(lambda user: user.api_key_access is said)
    filters.nothing(request.usersource and request.usersource.lower() != "native")
    users, count = list_owned(User, caller, request, filters, [request.id] if request.id else None)
    wanted = {user.account_id for user in users} - accounts.keys()
    accounts.update({account.id: account for account in Account.load_all(sorted(wanted))})
    roles = role_names(account_of(user) for user in users)
    return Listing("user", [show_user(user, account_of(user), caller, roles) for user in users], count)
