"""Who calls what the cloud does for somebody: an account itself, or whoever began a job."""

from __future__ import annotations

from typing import cast

from javelin.contract.caller import Caller, RoleType
from javelin.data.records.account import Account
from javelin.data.records.job import Job


def owner(account: Account) -> Caller:
    """The account itself, without a user."""
    return Caller(
        user_id="", account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, role_id=account.role_id, role_type=cast(RoleType, account.role_type),
    )  # fmt: skip


def beginner(job: Job) -> Caller:
    """Who began the job, with the rights of then."""
    account = Account.require(job.account_id)
    return owner(account).model_copy(update={"user_id": job.user_id, "role_type": job.role_type})
