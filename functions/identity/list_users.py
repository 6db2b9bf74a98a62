"""listUsers: the users whom the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import ACCOUNT_TYPES, EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import list_owned
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User


class ListUsers(OwnedListRequest):
    """Lists users: the account's own, or for administrators those of domains."""

    id: Uuid | None = Field(None, description="Only this user")
    username: Text | None = Field(None, description="Only users of this name")
    state: Text | None = Field(None, description="Only users in this state")
    accounttype: Integer | None = Field(None, description="Only users of accounts of this type")
    showicon: Flag = Field(False, description="Taken, but users have no icons")


@operation(
    ListUsers, roles=EVERYONE, grants=[User.read, Sequence.read, Account.read, Domain.read], answers=UserResponse,
    object_name="user", refuses=("apikeyaccess", "usersource"),
)  # fmt: skip
def handler(request: ListUsers, caller: Caller) -> Listing:
    """Each with its account's role."""
    accounts: dict[str, Account] = {}

    def account_of(user: User) -> Account:
        if user.account_id not in accounts:
            accounts[user.account_id] = Account.require(user.account_id)
        return accounts[user.account_id]

    def keep(user: User) -> bool:
        return (
            (request.username is None or user.username.lower() == request.username.lower())
            and (request.state is None or user.state == request.state.lower())
            and (request.keyword is None or request.keyword.lower() in user.username.lower())
            and (request.accounttype is None or ACCOUNT_TYPES[account_of(user).role_type] == request.accounttype)
        )

    users, count = list_owned(User, caller, request, keep, [request.id] if request.id else None)
    wanted = {user.account_id for user in users} - accounts.keys()
    accounts.update({account.id: account for account in Account.load_all(sorted(wanted))})
    return Listing("user", [show_user(user, account_of(user), caller) for user in users], count)
