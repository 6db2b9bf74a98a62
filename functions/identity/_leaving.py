"""The end of an account: its users, what is kept for it elsewhere, and itself."""

from __future__ import annotations

from functools import reduce
from operator import and_

from functions.identity._role import release_role
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.grants import Grant
from javelin.data import settings
from javelin.data.counters import RESOURCES
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.role import Role
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs

LEAVE: tuple[Grant, ...] = (
    Account.write, User.write, ApiKey.write, Claim.write, Domain.write, LaunchPermission.write, Template.write,
    Role.write,
    settings.WRITE_SETTINGS,
)  # fmt: skip
MOST = 100  # users, or permissions, in one pass


def remove_some_users(account: Account) -> int:
    """Delete users with their names and keys; answers how many are left."""
    ids = sorted(account.user_ids or ())
    for user in User.load_all(ids[:MOST]):
        transaction = Transaction()
        remove_user(transaction, user)
        transaction.commit()
    return len(ids[MOST:])


def remove_user(transaction: Transaction, user: User) -> None:
    """With its name and keys, unless somebody changed it meanwhile."""
    transaction.delete(user, User.version == user.version)
    transaction.release(User.claim_name(user.domain_id, user.username))
    transaction.update(Account(user.account_id), [Account.user_ids.delete({user.id})])
    if user.api_key:
        transaction.delete(ApiKey(user.api_key))


def end_account(job: Job, account: Account) -> int:
    """Delete the account and end the job; answers 1 if something came to it meanwhile, or is left elsewhere."""
    permissions = [*LaunchPermission.query(account.id, limit=MOST)]
    for permission in permissions:
        transaction = Transaction()
        transaction.delete(permission)
        shared = [Template.shared_with.delete({account.id})]
        transaction.update(Template(permission.template_id), shared, Template.id.exists())
        transaction.commit()
    if permissions or any(account.used(resource) for resource in RESOURCES):
        return 1
    settings.forget_part("account", account.id)
    came = ConcurrentOperation("Something came to the account while it was deleted.")
    transaction = Transaction()
    nothing = reduce(and_, (getattr(Account, f"used_{resource}") == 0 for resource in RESOURCES))
    transaction.delete(account, nothing & Account.user_ids.does_not_exist(), came)
    transaction.release(Account.claim_name(account.domain_id, account.name))
    transaction.update(Domain(account.domain_id), [Domain.accounts.add(-1)])
    release_role(transaction, account.role_id)
    jobs.succeed(job, transaction, None, None, "ACCOUNT.DELETE", f"Deleted account {account.name}")
    return 0
