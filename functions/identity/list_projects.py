"""listProjects: the projects that the caller is in or governs."""

from __future__ import annotations

from pydantic import Field

from functions.identity._figures import tagged_of
from functions.identity._project import PARTS, ProjectResponse, show_projects
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Rows, Text, TextList, Uuid
from javelin.contract.parts import asked, chosen
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.reach import find_account, reach_of
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.project import Project
from javelin.data.records.quota import Quota
from javelin.data.records.tag import Tag
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.settings import READ_SETTINGS


class ListProjects(OwnedListRequest):
    """Lists the caller's projects; for administrators those of a domain, or with listall all that they may see."""

    id: Uuid | None = Field(None, description="Only this project")
    name: Text | None = Field(None, description="Only projects of this name")
    displaytext: Text | None = Field(None, description="Only projects of this text")
    state: Text | None = Field(None, description="Only projects in this state: Active, Suspended or Disabled")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    username: Text | None = Field(None, description="Only projects that this user is in")
    details: TextList | None = Field(None, description="Parts to show: all, min, resource")
    showicon: Flag = Field(False, description="Taken, but projects have no icons")


@operation(
    ListProjects, roles=EVERYONE, answers=ProjectResponse, object_name="project",
    grants=[Project.read, User.read, Tag.read, VirtualMachine.read, Quota.read, READ_SETTINGS, *READ_LISTS],
)  # fmt: skip
def handler(request: ListProjects, caller: Caller) -> Listing:
    """Those that somebody is in are known from the account and the user; the others are found as all that is owned."""
    filters = Filters().equal("name", request.name).equal("display_text", request.displaytext)
    filters.word("state", request.state).contains(request.keyword, "name", "display_text").tagged(Project, request.tags)
    projects, count = list_owned(Project, caller, request, filters, _only(request, caller))
    counted = asked("resource", request.details)
    tagged = tagged_of(project.id for project in projects) if counted else None
    rows = show_projects(projects, counted=counted, tagged=tagged)
    return Listing("project", chosen(rows, PARTS, request.details), count)


def _only(request: ListProjects, caller: Caller) -> list[str] | None:
    """The projects to look at; None for all within the request's reach."""
    if request.id:
        return [request.id]
    reach_of(caller, request)  # refuses what the caller may not ask for
    if request.username:
        return sorted(_of_user(request, caller))
    if request.account and (account := find_account(request.domainid or caller.domain_id, request.account)):
        return sorted(account.project_ids or ())
    governed = caller.role_type != "User" and (request.listall or request.domainid)
    return None if governed or request.projectid else sorted(caller.project_accounts)


def _of_user(request: ListProjects, caller: Caller) -> set[str]:
    """The projects of a user whom the caller may see, and of that user's account."""
    assert request.username is not None
    owner = Claim.owner_of(User.claim_name(request.domainid or caller.domain_id, request.username))
    user = User.find(owner) if owner else None
    if user is None or not caller.sees(user.account_id, user.domain_path):
        return set()
    account = Account.find(user.account_id)
    return set(user.project_ids or ()) | set((account.project_ids if account else None) or ())
