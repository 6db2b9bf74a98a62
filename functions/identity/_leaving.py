"""The end of an account: its users, what is kept for it elsewhere, and itself."""

from __future__ import annotations

from functools import reduce
from operator import and_

from functions.identity import _dedications
from functions.identity._account import users_of
from functions.identity._invitations import invitations_of, withdraw_all
from functions.identity._project_leaving import leave_all, memberships
from functions.identity._role import release_role
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.grants import Grant
from javelin.data import members, settings, tags
from javelin.data.counters import RESOURCES
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.former_account import FormerAccount
from javelin.data.records.job import Job
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.password_reset import PasswordReset
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.quota import Quota
from javelin.data.records.role import Role
from javelin.data.records.second_factor import SecondFactor
from javelin.data.records.tag import Tag
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs

REMOVE_USER: tuple[Grant, ...] = (
    User.write, Account.write, ApiKey.write, Claim.write, SecondFactor.write, PasswordReset.write, Tag.write,
    *members.CHANGE_MEMBERS, ProjectInvitation.write,
)  # fmt: skip
ELSEWHERE: tuple[Grant, ...] = (
    LaunchPermission.write, Template.write, settings.WRITE_SETTINGS, *_dedications.RELEASE,
)  # fmt: skip
LEAVE: tuple[Grant, ...] = (*REMOVE_USER, *ELSEWHERE, Domain.write, Role.write, Quota.write, FormerAccount.write)
MOST = 100  # of a kind, in one pass
HAS_NOTHING = reduce(and_, (getattr(Account, f"used_{resource}") == 0 for resource in RESOURCES))
CAME = ConcurrentOperation("Something came to it while it was deleted.")


def leave_projects(account: Account) -> int:
    """Have the account and its users be in some projects less, and invited into none; answers how much is left."""
    members, invited = memberships(account, users_of([account])), invitations_of(account.id)
    leave_all(members[:MOST])
    withdraw_all(invited[:MOST])
    return len(members[MOST:]) + len(invited[MOST:])


def remove_some_users(account: Account) -> int:
    """Delete users with their names and keys; answers how many are left."""
    ids = sorted(account.user_ids or ())
    for user in User.load_all(ids[:MOST]):
        transaction = Transaction()
        remove_user(transaction, user)
        transaction.commit()
    return len(ids[MOST:])


def remove_user(transaction: Transaction, user: User) -> None:
    """With all that is kept for it, unless somebody changed it meanwhile, or it came into a project."""
    transaction.delete(user, (User.version == user.version) & User.project_ids.does_not_exist())
    transaction.release(User.claim_name(user.domain_id, user.username))
    transaction.update(Account(user.account_id), [Account.user_ids.delete({user.id})])
    if user.api_key:
        transaction.delete(ApiKey(user.api_key))
    transaction.delete(SecondFactor(user.id))
    transaction.delete(PasswordReset(user.id))
    tags.forget(transaction, user)


def forget_elsewhere(account: Account) -> int:
    """Take the account off what others have: templates, places that are for it alone, settings; answers how much is left."""
    permissions = [*LaunchPermission.query(account.id, limit=MOST)]
    for permission in permissions:
        transaction = Transaction()
        transaction.delete(permission)
        if Template.find(permission.template_id) is not None:
            shared = [Template.shared_with.delete({account.id})]
            transaction.update(Template(permission.template_id), shared, Template.id.exists())
        transaction.commit()
    if not permissions:
        settings.forget_part("account", account.id)
    return len(permissions) or _dedications.release_some(Dedication.account_id == account.id)


def remember(transaction: Transaction, account: Account) -> None:
    """Have its domains know of an account that goes: they are told what it did and used later, too."""
    for one in FormerAccount.of(account):
        transaction.create(one)


def forget_tags(transaction: Transaction, account: Account) -> None:
    """Delete the limits and counts of tags of an account that is closed; no more come to it."""
    for tag in account.tagged or ():
        transaction.delete(Quota(Quota.of_tag(account.id, tag)))


def end_account(job: Job, account: Account) -> int:
    """Delete the account and end the job; answers 1 if something came to it meanwhile, or is left elsewhere."""
    if forget_elsewhere(account) or any(account.used(resource) for resource in RESOURCES):
        return 1
    transaction = Transaction()
    alone = Account.user_ids.does_not_exist() & Account.project_ids.does_not_exist()
    transaction.delete(account, HAS_NOTHING & alone, CAME)
    remember(transaction, account)
    forget_tags(transaction, account)
    transaction.release(Account.claim_name(account.domain_id, account.name))
    transaction.update(Domain(account.domain_id), [Domain.accounts.add(-1)])
    release_role(transaction, account.role_id)
    jobs.succeed(job, transaction, None, None, "ACCOUNT.DELETE", f"Deleted account {account.name}")
    return 0
