"""Giving an account, or a project with its account, another name: it has it at once, what it owns tells it soon after."""

from __future__ import annotations

from collections.abc import Sequence

from functions.identity._rights import clean_name
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.responses import Accepted
from javelin.data.record import Change, When
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.sync import lease

FLOW = "identity/rename_account"
EVENTS = {"updateAccount": "ACCOUNT.UPDATE", "updateProject": "PROJECT.UPDATE"}  # by the command that gave the name
RENAME: tuple[Grant, ...] = (Account.write, Claim.write, *jobs.START_JOB)


def account_name(account: Account, wanted: str) -> str:
    """The new name of an account. Raises InvalidParameter where it cannot be, or is not given by itself."""
    if account.of_project:
        raise InvalidParameter("The account of a project is called as that is: call updateProject.")
    return clean_name("account", wanted)


def rename_account(
    caller: Caller, transaction: Transaction, account: Account, name: str, also: Sequence[Change], same: When
) -> None:  # fmt: skip
    """Write the transaction, and the account with its new name and what else changes of it, if it is the `same`."""
    _take(transaction, Account, account, name)
    changes = [Account.name.set(name), Account.former_name.set(account.name), *also]
    transaction.update(account, changes, same & (Account.name == account.name), changed(account))
    _begin(caller, transaction, account, "updateAccount", f"account {name}")


def rename_project(caller: Caller, project: Project, name: str, also: Sequence[Change]) -> Accepted:
    """Write the project and its account, with what else changes of the project."""
    transaction, account = Transaction(), Account.require(project.id)
    own = Project.account_name(name, project.id)
    _take(transaction, Project, project, name)
    _take(transaction, Account, account, own)
    changes = [Project.name.set(name), Project.account.set(own), *also]
    transaction.update(project, changes, project.as_read, changed(project))
    changes = [Account.name.set(own), Account.former_name.set(account.name)]
    transaction.update(account, changes, Account.name == account.name, changed(project))
    return _begin(caller, transaction, account, "updateProject", f"project {name}")


def left_behind(project: Project) -> bool:
    """Whether a job that renamed what the project owns failed."""
    return Account.require(project.id).former_name is not None and not lease.holders([project.id])


def go_on(caller: Caller, account: Account) -> None:
    """Have what the last job left tell the account's name, if none is at it."""
    if account.former_name is not None and not lease.holders([account.id]):
        _begin(caller, Transaction(), account, "updateAccount", f"account {account.name}")


def _begin(caller: Caller, transaction: Transaction, account: Account, command: str, named: str) -> Accepted:
    return jobs.start(
        caller, transaction, command=command, flow=FLOW, resource_type=EVENTS[command].split(".")[0].capitalize(),
        resource_id=account.id, event=EVENTS[command], description=f"Renaming {named}", owner=account,
    )  # fmt: skip


def changed(one: Account | Project) -> InvalidParameter:
    """The error for what came between."""
    return InvalidParameter(f"The {one.noun} {one.name} is gone, or was changed just now; look again and repeat.")


def _take(transaction: Transaction, kind: type[Account | Project], one: Account | Project, name: str) -> None:
    """The new name, for the old one. They may differ in case alone, of which claims know nothing."""
    if one.name.lower() != name.lower():
        taken = InvalidParameter(f"The domain has an account or project {name} already; choose another name.")
        transaction.claim(kind.claim_name(one.domain_id, name), one.id, taken)
        transaction.release(kind.claim_name(one.domain_id, one.name), one.id, changed(one))
