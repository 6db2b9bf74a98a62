"""Reach: whose things a list covers, and how little must be looked at to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from javelin.contract import asof
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.grants import Grant
from javelin.contract.parameters import OwnedListRequest
from javelin.data.filters import Filters
from javelin.data.indexes import DOMAIN
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.former_account import FormerAccount
from javelin.data.records.project import Project

FEW = 8  # accounts or domains that are asked one by one; more are found through the cloud's directory

REACH: tuple[Grant, ...] = (Account.read, Claim.read, Domain.read, FormerAccount.read)


@dataclass(frozen=True)
class Reach:
    """These accounts, or (None) everybody's; only those of the domain at `path`, if it is given, or below it too.

    `since` is when that domain was made: what stays of another one, which had its path before, is not its own.
    """

    accounts: tuple[str, ...] | None = None
    path: str | None = None
    below: bool = True
    since: datetime | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.accounts is None and self.path is None

    def filters(self) -> Filters:
        """What the reach leaves out that its accounts do not."""
        if self.path is None:
            return Filters()
        return Filters().under(DOMAIN, self.path, self.below).between("created", self.since, None)


def reach_of(caller: Caller, request: OwnedListRequest, *, stays: bool = False) -> Reach:
    """What a request covers: an account, a domain with or without its subtree, everything, or the caller's own.

    `stays` says that what is asked for stays when accounts go; what is asked about the past does.
    """
    with_gone = stays or asof.past() is not None
    with asof.at(None):  # rights are those of now
        return _covered(caller, request, with_gone)


def _covered(caller: Caller, request: OwnedListRequest, with_gone: bool) -> Reach:
    if request.projectid:
        return _of_projects(caller, request, request.projectid)
    if request.account:
        domain_id = request.domainid or caller.domain_id
        account = find_account(domain_id, request.account)
        if account is None or not caller.sees(account.id, account.domain_path):
            raise InvalidParameter(f"Unable to find account {request.account} in domain {domain_id}; check both.")
        return Reach((account.id,))
    if request.domainid:
        domain = Domain.find(request.domainid)
        if domain is None or not (caller.sees_domain(domain.path) or domain.id == caller.domain_id):
            raise Domain.unknown(request.domainid)
        if not caller.sees_domain(domain.path):
            return Reach((caller.account_id,))
        return _within(domain, request.isrecursive, with_gone)
    if request.listall and caller.role_type in ROOT | {"ResourceAdmin"} and caller.is_root:
        return Reach()
    if request.listall and caller.role_type != "User":
        return _within(Domain.require(caller.domain_id), True, with_gone)
    return Reach((caller.account_id,))


def _of_projects(caller: Caller, request: OwnedListRequest, project_id: str) -> Reach:
    """A project's things, or (-1) those of all projects that the caller is in; operators see everybody's."""
    if request.account:
        raise InvalidParameter("account and projectid do not go together: a project owns what is in it; give one.")
    if project_id != "-1":
        return Reach((project_account(caller, project_id).id,))
    if caller.is_root:
        return Reach()
    return Reach((*((caller.account_id,) if request.listall else ()), *sorted(caller.project_accounts)))


def _within(domain: Domain, below: bool, with_gone: bool) -> Reach:
    """A domain's things: by its accounts while they are few, however many there are by its path."""
    if domain.path == "/" and below:
        return Reach()
    gone = FormerAccount.ids_in(domain.id, below=below, limit=FEW + 1) if with_gone else []
    accounts = _few_accounts(domain.id, below)
    if accounts is None or len(accounts) + len(gone) > FEW:
        return Reach(path=domain.path, below=below, since=domain.created if with_gone else None)
    return Reach((*accounts, *gone))


def find_account(domain_id: str, name: str) -> Account | None:
    """The account of this name in a domain."""
    owner = Claim.owner_of(Account.claim_name(domain_id, name))
    account = Account.find(owner) if owner else None
    return account if account is not None and account.name == name else None


def account_named(
    caller: Caller, name: str | None, domain_id: str | None, project_id: str | None = None, *, adds: bool = True
) -> Account:
    """The account that a request acts for: its own, a project's, or another that an admin names.

    `adds` says that something new will be the account's, which a suspended project refuses. Raises PermissionDenied.
    """
    if project_id is not None:
        if name is not None:
            raise InvalidParameter("account and projectid do not go together: a project owns what is in it; give one.")
        return require_active(project_account(caller, project_id)) if adds else project_account(caller, project_id)
    if name is None:
        if domain_id not in (None, caller.domain_id):
            raise InvalidParameter("domainid needs account: name the account in that domain.")
        return Account.require(caller.account_id)
    wanted = domain_id or caller.domain_id
    account = find_account(wanted, name)
    if account is None or not caller.sees(account.id, account.domain_path):
        raise PermissionDenied(f"Unable to find account {name} in domain {wanted}, or it is not yours to act for.")
    return require_active(account) if adds else account


def project_account(caller: Caller, project_id: str) -> Account:
    """The account of a project, if the caller is in it or governs it. Otherwise as if there were none."""
    account = Account.find(project_id)
    if account is None or not account.of_project or not caller.sees(account.id, account.domain_path):
        raise Project.unknown(project_id)
    return account


def require_active(account: Account) -> Account:
    """The account, unless it is that of a suspended project. Raises PermissionDenied."""
    if account.of_project and account.state != "enabled":
        raise PermissionDenied("The project is suspended, or is being deleted; activate it before you add to it.")
    return account


def _few_accounts(domain_id: str, below: bool) -> list[str] | None:
    """The accounts of a domain, if no more than a few domains must be asked for no more than a few; otherwise None."""
    found: list[str] = []
    domains = [domain_id]
    for asked in domains:
        found += [row.id for row in Account.by_domain.query(asked, limit=FEW + 1)]
        if below:
            domains += [row.id for row in Domain.by_parent.query(asked, limit=FEW + 1)]
        if len(found) > FEW or len(domains) > FEW:
            return None
    return found
