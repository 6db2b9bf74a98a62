"""Projects in the records of the in-process cloud, for tests of what may be done in them."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.open_projects import open_to
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.role import BUILT_IN
from javelin.data.records.user import User
from javelin.data.transaction import Transaction


def project_in(home: Caller, name: str = "crew") -> Project:
    """An active project in the domain of somebody, with nobody in it."""
    key = new_id()
    account = Account(
        key, name=Project.account_name(name, key), domain_id=home.domain_id, domain_path=home.domain_path,
        role_id=BUILT_IN["User"][0], role_type="User",
    )  # fmt: skip
    project = Project(
        key, account_id=key, account=account.name, domain_id=home.domain_id, domain_path=home.domain_path, name=name,
        display_text=name,
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(account)
    transaction.create(project)
    transaction.claim(Account.claim_name(home.domain_id, account.name), key, Account.unknown(key))
    transaction.commit()
    return project


def member_of(project: Project, caller: Caller) -> Caller:
    """The caller as the edge knows it once it is in the project."""
    return caller.model_copy(update={"project_accounts": caller.project_accounts | {project.id}})


def known_now(caller: Caller, command: str = "listVirtualMachines") -> Caller:
    """The caller as the edge knows it now, when it makes this call."""
    projects = open_to(Account.require(caller.account_id), User.require(caller.user_id), command)
    return caller.model_copy(update={"project_accounts": projects})
