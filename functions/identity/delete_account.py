"""deleteAccount: leave nothing of an account."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from functions.identity._account import users_of
from functions.identity._project_leaving import memberships, refuse_last_administrator
from functions.identity._rights import governed_account
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.project import Project
from javelin.data.records.project_member import ProjectMember
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeleteAccount(Request):
    """Deletes an account with its users and all that it owns; virtual machines are expunged, projects left."""

    id: Uuid = Field(description="The account")


@operation(
    DeleteAccount,
    roles=ADMINS,
    grants=[Account.write, User.read, Project.read, ProjectMember.read],
    flow="identity/delete_account",
    event="ACCOUNT.DELETE",
)
def handler(request: DeleteAccount, caller: Caller) -> Accepted:
    """Its users are kept out from here on, and nothing new is counted for it."""
    account = governed_account(caller, request.id)
    if account.id in (caller.account_id, ROOT_ACCOUNT):
        raise InvalidParameter("Neither your own account nor the first one can be deleted; name another.")
    if account.of_project:
        raise InvalidParameter("The account of a project goes with it: call deleteProject.")
    refuse_last_administrator(memberships(account, users_of([account])), f"Account {account.name}, or a user of it,")
    transaction = Transaction()
    changes = [Account.state.set("disabled"), Account.closing.set(account.closing or datetime.now(UTC))]
    transaction.update(account, changes, Account.id.exists(), Account.unknown(account.id))
    return jobs.start(
        caller, transaction, command="deleteAccount", flow="identity/delete_account", resource_type="Account",
        resource_id=account.id, event="ACCOUNT.DELETE", description=f"Deleting account {account.name}",
    )  # fmt: skip
