"""createProject: a place that several accounts share."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project import ProjectResponse, show_new
from functions.identity._project_events import tell_of
from functions.identity._rights import clean_name, closed
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied, ResourceLimitExceeded
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data import limits, settings
from javelin.data.ids import new_id
from javelin.data.members import CHANGE_MEMBERS, MOST_PROJECTS, Standing, member_for, notes, room_of
from javelin.data.reach import REACH, account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.project import Project
from javelin.data.records.project_member import ADMIN
from javelin.data.records.role import BUILT_IN
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class CreateProject(Request):
    """Makes a project. The caller's account governs it, or the account or user that is named."""

    name: Text = Field(description="A name that no other project of the domain has")
    displaytext: Text | None = Field(None, description="What people read about it; the name when left out")
    account: Text | None = Field(None, description="The account to govern it; needs domainid")
    domainid: Uuid | None = Field(None, description="That account's domain")
    accountid: Uuid | None = Field(None, description="The account to govern it, instead of its name")
    userid: Uuid | None = Field(None, description="A user alone to govern it, instead of an account")


@operation(
    CreateProject, roles=EVERYONE, answers=ProjectResponse, object_name="project", asynchronous=True,
    grants=[*CHANGE_MEMBERS, *limits.COUNT, Domain.write, Claim.write, Sequence.write, VirtualMachine.read, *REACH,
            *jobs.START_JOB, *ANNOUNCE],
    event="PROJECT.CREATE",
)  # fmt: skip
def handler(request: CreateProject, caller: Caller) -> Accepted:
    """The project, its account, their names and its first administrator in one transaction."""
    if caller.role_type == "User" and not settings.USERS_CREATE_PROJECTS.value():
        raise PermissionDenied("Users may not make projects in this cloud; ask an administrator of your domain.")
    account, user = _governor(request, caller)
    key, name = new_id(), clean_name("project", request.name)
    own = Account(
        key, name=Project.account_name(name, key), domain_id=account.domain_id, domain_path=account.domain_path,
        role_id=BUILT_IN["User"][0], role_type="User", network_domain=account.network_domain,
        **limits.defaults("project"),
    )  # fmt: skip
    project = Project(
        key, account_id=key, account=own.name, domain_id=own.domain_id, domain_path=own.domain_path, name=name,
        display_text=request.displaytext or name, counted_for=account.id, members=1,
    )  # fmt: skip
    governor = member_for(project, account, user, Standing(ADMIN))
    project.admin_ids = {governor.who}
    transaction = Transaction()
    taken = InvalidParameter(f"The domain has a project {name} already; choose another name.")
    transaction.claim(Project.claim_name(own.domain_id, name), key, taken)
    transaction.claim(Account.claim_name(own.domain_id, own.name), key, taken)
    transaction.create(own)
    transaction.create(project)
    transaction.create(governor)
    home = Domain(own.domain_id, path=own.domain_path)
    transaction.update(home, [Domain.accounts.add(1)], home.as_read, closed(home))
    _count(transaction, project, account, user)
    accepted = jobs.done(
        caller, transaction, command="createProject", result={"project": show_new(project, own, account, user).body()},
        resource_type="Project", resource_id=key, creates=True,
    )  # fmt: skip
    tell_of(caller, project, "PROJECT.CREATE", f"Project {name} was made")
    return accepted


def _count(transaction: Transaction, project: Project, account: Account, user: User | None) -> None:
    """Count the project, and write it on the account, or on the user alone, that governs it."""
    if user is None:
        limits.use(transaction, account, notes(Account, project, Standing(ADMIN)), room_of(Account), project=1)
        return
    many = ResourceLimitExceeded(f"User {user.username} is in {MOST_PROJECTS} projects, the most; leave some first.")
    transaction.update(User(user.id), notes(User, project, Standing(ADMIN)), User.id.exists() & room_of(User), many)
    limits.use(transaction, account, project=1)


def _governor(request: CreateProject, caller: Caller) -> tuple[Account, User | None]:
    """The account, or the user alone, that is to govern the project: the caller's, or one that it may act for."""
    if sum(one is not None for one in (request.account, request.accountid, request.userid)) > 1:
        raise InvalidParameter("Give one of account, accountid and userid: who is to govern the project.")
    if request.userid is not None:
        user = User.visible_to(caller, request.userid)
        return Account.require(user.account_id), user
    if request.accountid is not None:
        account = Account.find(request.accountid)
        if account is None or account.of_project or not caller.sees(account.id, account.domain_path):
            raise Account.unknown(request.accountid)
        return account, None
    account = account_named(caller, request.account, request.domainid)
    if account.of_project:
        raise InvalidParameter("A project cannot govern another; name an account.")
    return account, None
