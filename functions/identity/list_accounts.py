"""listAccounts: the accounts that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import PARTS, AccountResponse, show_account, users_of
from functions.identity._figures import machines_of, tagged_of
from functions.identity._keys import read_access
from functions.identity._rights import governed_domain
from functions.identity._role import role_names
from javelin.contract.caller import ACCOUNT_TYPES, EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, TextList, Uuid
from javelin.contract.parts import asked, chosen
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.quota import Quota
from javelin.data.records.role import Role
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.settings import READ_SETTINGS


class ListAccounts(ListRequest):
    """Lists the caller's account; for administrators the accounts of their domain, with listall those below it too."""

    id: Uuid | None = Field(None, description="Only this account")
    name: Text | None = Field(None, description="Only accounts of this name")
    domainid: Uuid | None = Field(None, description="Only accounts of this domain")
    isrecursive: Flag = Field(False, description="Take the domains below the given one too")
    listall: Flag = Field(False, description="Take everything that the caller may see")
    accounttype: Integer | None = Field(None, description="Only accounts of this type")
    state: Text | None = Field(None, description="Only accounts in this state")
    iscleanuprequired: Flag | None = Field(None, description="Only accounts whose deletion began, or only the others")
    details: TextList | None = Field(None, description="Parts to show: all, min, resource")
    apikeyaccess: Text | None = Field(
        None, description="Only accounts of which this is said: Enabled, Disabled, Inherit"
    )
    tag: Text | None = Field(None, description="Of taggedresources, only those of this tag of hosts or pools")
    showicon: Flag = Field(False, description="Taken, but accounts have no icons")


@operation(
    ListAccounts, roles=EVERYONE, grants=[Account.read, User.read, Domain.read, Role.read, Sequence.read, VirtualMachine.read,
            Quota.read, READ_SETTINGS],
    answers=AccountResponse, object_name="account",
)  # fmt: skip
def handler(request: ListAccounts, caller: Caller) -> Listing:
    """With their users, which one more batch of reads brings."""
    filters = Filters().word("name", request.name).contains(request.keyword, "name")
    filters.equal("state", request.state and request.state.lower())
    if request.iscleanuprequired is not None:
        filters = filters.present("closing") if request.iscleanuprequired else filters.absent("closing")
    if request.accounttype is not None:
        filters.among("role_type", [role for role, number in ACCOUNT_TYPES.items() if number == request.accounttype])
    if request.apikeyaccess is not None:
        said = read_access(caller, request.apikeyaccess)
        filters.add(lambda account: account.api_key_access is said)
    only = _only(request, caller)
    if only is None:
        _within(filters, request, caller)
    else:
        filters.add(lambda account: not account.of_project and caller.sees(account.id, account.domain_path))
    accounts, count = list_shared(Account, request, filters, only)
    users = users_of(accounts)
    counted = asked("resource", request.details)
    machines = machines_of(accounts) if counted else {}
    tagged = tagged_of((account.id for account in accounts), request.tag) if counted else {}
    roles = role_names(accounts)
    rows = [show_account(one, users, caller, machines.get(one.id), roles, tagged.get(one.id)) for one in accounts]
    return Listing("account", chosen(rows, PARTS, request.details), count)


def _only(request: ListAccounts, caller: Caller) -> list[str] | None:
    """The accounts to look at; None for all that the caller governs."""
    if request.id:
        return [request.id]
    return [caller.account_id] if caller.role_type == "User" else None


def _within(filters: Filters, request: ListAccounts, caller: Caller) -> None:
    """Keep the accounts of a domain that the caller governs."""
    domain = governed_domain(caller, request.domainid)
    if not (request.isrecursive if request.domainid else request.listall):
        filters.found(
            lambda _: [row.id for row in Account.by_domain.query(domain.id)],
            lambda row: row.domain_id == domain.id and not row.of_project,
            exact=False,
        )
    elif domain.path != "/":
        filters.under("domain_path", domain.path)
