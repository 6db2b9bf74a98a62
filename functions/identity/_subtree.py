"""Emptying a domain with all that is below it."""

from __future__ import annotations

from functions.identity import _dedications
from functions.identity._account import users_of
from functions.identity._acting import beginner
from functions.identity._settling import forget_moves
from javelin.contract.errors import ApiError, ConcurrentOperation, ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.quota import Quota
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.services import call, may_call
from javelin.sync import lease

EMPTY = (Domain.children == 0) & (Domain.accounts == 0)
ACTIVE, INACTIVE = "Active", "Inactive"
MOST = 50  # accounts, or projects, that are begun with, or domains that go, in one pass
GRANTS: tuple[Grant, ...] = (
    Domain.write, Account.read, Claim.write, Quota.write, Lease.read, settings.WRITE_SETTINGS,
    User.read, may_call("identity", "delete_account"), may_call("identity", "delete_project"),
    *_dedications.RELEASE,
)  # fmt: skip


def close_subtree(top: Domain) -> list[Domain]:
    """Let nobody into the domain and those below it; answers them all, those above first."""
    return _become(top, INACTIVE)


def open_subtree(top: Domain) -> None:
    """Let them in again, where there is something left."""
    _become(top, ACTIVE)


def _become(top: Domain, state: str) -> list[Domain]:
    found = [top]
    if top.state != state:
        top.change(Domain.state.set(state), when=Domain.id.exists())
    for domain in found:  # grows while it is gone through
        rows = Domain.load_all(row.id for row in Domain.by_parent.query(domain.id))
        found += [row for row in rows if row.parent_id == domain.id and _has_become(row, state)]
    return found


def _has_become(domain: Domain, state: str) -> bool:
    """Give it the state, unless it is gone or was moved away; answers whether it has it."""
    return domain.state == state or domain.change(Domain.state.set(state), when=Domain.parent_id == domain.parent_id)


def begin_with_accounts(job: Job, domains: list[Domain]) -> int:
    """Have the accounts be deleted, each by a job of its own, after the projects that they or their users are in; answers
    how many there are. Raises ResourceUnavailable."""
    ids = [row.id for domain in domains for row in Account.by_domain.query(domain.id)]
    accounts = Account.load_all(ids[:MOST])
    inside = {account.id: _projects_of(account) for account in accounts}
    wishes = {key: ("Project", "delete_project", {"cleanup": "true"}) for keys in inside.values() for key in keys}
    wishes |= {one.id: (f"Account {one.name}", "delete_account", {}) for one in accounts if not inside[one.id]}
    busy = lease.holders(wishes)
    for key in busy:
        lease.refuse_stuck(key)
    for key, wish in list(wishes.items())[:MOST]:
        if key not in busy:
            _begin(job, key, *wish)
    return len(ids)


def _projects_of(account: Account) -> set[str]:
    """What is to go before the account: its projects and those of its users, or the project that it is of."""
    own = {account.id} if account.of_project else account.project_ids or set()
    return own.union(*(user.project_ids or () for user in users_of([account])))


def _begin(job: Job, key: str, what: str, operation: str, more: dict[str, str]) -> None:
    """Call the operation as whoever began the job. Raises ResourceUnavailable if it is refused."""
    payload = {"parameters": {"id": key, **more}, "caller": beginner(job).model_dump()}
    answer = call("identity", operation, payload)
    if "error" in answer and not lease.holders([key]):
        raise ResourceUnavailable(f"{what} cannot be deleted: {answer['error']['text']}")


def remove_below(top: Domain, domains: list[Domain]) -> int:
    """Delete domains below which there is none; answers how many are left below the one at the top."""
    parents = {domain.parent_id for domain in domains}
    for domain in [one for one in domains if one.id != top.id and one.id not in parents][:MOST]:
        if _dedications.release_some(Dedication.domain_id == domain.id):
            continue  # the next pass releases more
        transaction = Transaction()
        remove(transaction, domain)
        transaction.commit()
    return len(domains) - 1


def remove(transaction: Transaction, domain: Domain, occupied: ApiError | None = None) -> None:
    """With its name and limits, if nobody is in it."""
    transaction.delete(domain, EMPTY, occupied)
    moved = ConcurrentOperation("The domain was moved while it was deleted; repeat.")
    transaction.release(Domain.claim_name(domain.path), domain.id, moved)
    quota = Quota.of(domain.path)
    same = Quota.tagged == quota.tagged if quota.tagged else Quota.tagged.does_not_exist()
    transaction.delete(quota, same, ConcurrentOperation("The domain's limits changed while it was deleted; repeat."))
    for tag in quota.tagged or ():
        transaction.delete(Quota(Quota.of_tag(domain.path, tag)))
    forget_moves(transaction, domain)
    transaction.update(Domain(domain.parent_id), [Domain.children.add(-1)])
