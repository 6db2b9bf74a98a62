"""listProjectAccounts: who is in a project."""

from __future__ import annotations

from pydantic import Field

from functions.identity._account import users_of
from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import ACCOUNT_TYPES, EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.fetch import Fetched, fetch
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.reach import Reach, find_account
from javelin.data.records.account import Account
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.project import Project
from javelin.data.records.project_member import ProjectMember
from javelin.data.records.user import User


class ListProjectAccounts(ListRequest):
    """Lists the accounts, and the users alone, that are in a project."""

    projectid: Uuid = Field(description="The project")
    account: Text | None = Field(None, description="Only the account of this name, and users of it")
    userid: Uuid | None = Field(None, description="Only this user")
    role: Text | None = Field(None, description="Only administrators (Admin) or others (Regular)")
    projectroleid: Uuid | None = Field(None, description="Only those with this project role")


class ProjectAccountResponse(Response):
    """Somebody who is in a project."""

    projectid: str = Field(description="The project")
    project: str = Field(description="The project's name")
    accountid: str = Field(description="The account")
    account: str = Field(description="The account's name")
    accounttype: int = Field(description="0 user, 1 administrator, 2 of a domain, 3 of resources")
    userid: str | None = Field(None, description="The user, where only one of the account is in the project")
    username: str | None = Field(None, description="That user's name")
    role: str = Field(description="Admin or Regular")
    projectroleid: str | None = Field(None, description="The project role that takes something from what it may do")
    domainid: str = Field(description="The account's domain")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    user: list[UserResponse] = Field(description="The account's users, for those who may see them")


@operation(
    ListProjectAccounts, roles=EVERYONE, answers=ProjectAccountResponse, object_name="projectaccount",
    grants=[Project.read, ProjectMember.read, User.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListProjectAccounts, caller: Caller) -> Listing:
    """Names are looked up, so that they are those of now."""
    project = Project.visible_to(caller, request.projectid)
    filters = Filters().equal("user_id", request.userid).word("role", request.role)
    filters.equal("role_id", request.projectroleid)
    if request.account:
        account = find_account(project.domain_id, request.account)
        filters.equal("member_id", account.id if account else "-")
    within = Reach((project.id,))
    if request.keyword:
        members, _ = page_of(
            ProjectMember, within, window(request.model_copy(update={"page": None, "pagesize": -1})), filters
        )
        known, wanted = _named(members), request.keyword.lower()
        filters.among("id", [one.id for one in members if any(wanted in name.lower() for name in _names(one, known))])
    members, count = page_of(ProjectMember, within, window(request), filters)
    known = _named(members)
    there = [member for member in members if known.find(Account, member.member_id)]
    users = _users([known.find(Account, member.member_id) for member in there], caller)
    shown = [_show(project, member, known, users, caller) for member in there]
    return Listing("projectaccount", shown, count)


def _named(members: list[ProjectMember]) -> Fetched:
    return fetch([*((Account, one.member_id) for one in members), *((User, one.user_id) for one in members)])


def _users(accounts: list[Account], caller: Caller) -> list[User]:
    """The users of those accounts whose users the caller may see anyway."""
    return users_of([one for one in accounts if one.id == caller.account_id or caller.sees_domain(one.domain_path)])


def _names(member: ProjectMember, known: Fetched) -> list[str]:
    account, user = known.find(Account, member.member_id), known.find(User, member.user_id)
    return [*([account.name] if account else []), *([user.username] if user else [])]


def _show(
    project: Project, member: ProjectMember, known: Fetched, users: list[User], caller: Caller
) -> ProjectAccountResponse:
    account: Account = known.require(Account, member.member_id)
    user: User | None = known.find(User, member.user_id)
    return ProjectAccountResponse(
        projectid=project.id, project=project.name, accountid=account.id, account=account.name,
        accounttype=ACCOUNT_TYPES[account.role_type], userid=member.user_id, username=user.username if user else None,
        role=member.role, projectroleid=member.role_id, domainid=account.domain_id, domain=name_of(account.domain_path),
        domainpath=shown_path(account.domain_path),
        user=[show_user(one, account, caller) for one in users if one.account_id == account.id],
    )  # fmt: skip
