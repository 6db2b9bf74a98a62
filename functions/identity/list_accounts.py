"""listAccounts: the accounts that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import AccountResponse, show_account, users_of
from functions.identity._rights import governed_domain
from javelin.contract.caller import ACCOUNT_TYPES, EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import accounts_of, list_shared, subtree
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User


class ListAccounts(ListRequest):
    """Lists the caller's account; for administrators the accounts of their domain, with listall those below it too."""

    id: Uuid | None = Field(None, description="Only this account")
    name: Text | None = Field(None, description="Only accounts of this name")
    domainid: Uuid | None = Field(None, description="Only accounts of this domain")
    isrecursive: Flag = Field(False, description="Take the domains below the given one too")
    listall: Flag = Field(False, description="Take everything that the caller may see")
    accounttype: Integer | None = Field(None, description="Only accounts of this type")
    state: Text | None = Field(None, description="Only accounts in this state")
    details: TextList | None = Field(None, description="Which parts to show; all are always shown")
    showicon: Flag = Field(False, description="Taken, but accounts have no icons")


@operation(
    ListAccounts, roles=EVERYONE, grants=[Account.read, User.read, Domain.read, Sequence.read],
    answers=AccountResponse, object_name="account", refuses=("iscleanuprequired", "apikeyaccess", "tag"),
)  # fmt: skip
def handler(request: ListAccounts, caller: Caller) -> Listing:
    """With their users, which one more batch of reads brings."""

    def keep(account: Account) -> bool:
        return (
            caller.sees(account.id, account.domain_path)
            and (request.name is None or account.name.lower() == request.name.lower())
            and (request.keyword is None or request.keyword.lower() in account.name.lower())
            and (request.accounttype is None or ACCOUNT_TYPES[account.role_type] == request.accounttype)
            and (request.state is None or account.state == request.state.lower())
        )

    accounts, count = list_shared(Account, request, keep, _only(request, caller))
    users = users_of(accounts)
    return Listing("account", [show_account(account, users, caller) for account in accounts], count)


def _only(request: ListAccounts, caller: Caller) -> list[str] | None:
    """The accounts to look at; None for all of the cloud."""
    if request.id:
        return [request.id]
    if caller.role_type == "User":
        return [caller.account_id]
    domain = governed_domain(caller, request.domainid)
    recursive = request.isrecursive if request.domainid else request.listall
    if recursive and domain.path == "/":
        return None
    return [account.id for one in (subtree(domain) if recursive else [domain]) for account in accounts_of(one.id)]
