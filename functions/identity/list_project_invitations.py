"""listProjectInvitations: who is asked into projects: the caller, or others by those who govern a project."""

from __future__ import annotations

import time

from pydantic import Field

from functions.identity._invitations import ProjectInvitationResponse, show
from functions.identity._project_rights import governs
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.fetch import fetch
from javelin.data.filters import Filters
from javelin.data.indexes import related
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.reach import Reach, find_account, reach_of
from javelin.data.records.account import Account
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import EXPIRED, PENDING, ProjectInvitation


class ListProjectInvitations(OwnedListRequest):
    """Lists invitations: those of the caller's account, of an account or project that it governs, or with listall all that
    an administrator may see."""

    id: Uuid | None = Field(None, description="Only this invitation")
    userid: Uuid | None = Field(None, description="Only invitations of this user alone")
    state: Text | None = Field(None, description="Only those in this state: Pending, Completed, Declined or Expired")
    activeonly: Flag = Field(False, description="Only those that can still be answered")


@operation(
    ListProjectInvitations, roles=EVERYONE, answers=ProjectInvitationResponse, object_name="projectinvitation",
    grants=[Project.read, ProjectInvitation.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListProjectInvitations, caller: Caller) -> Listing:
    """Whether one is expired depends on the time."""
    filters = Filters().equal("user_id", request.userid).equal("id", request.id).contains(request.keyword, "email")
    _in_state(filters, PENDING if request.activeonly else request.state)
    rows, count = page_of(ProjectInvitation, _within(filters, request, caller), window(request), filters)
    known = fetch([(Account, row.member_id) for row in rows])
    return Listing("projectinvitation", [show(row, known) for row in rows], count)


def _in_state(filters: Filters, state: str | None) -> None:
    wanted, now = (state or "").capitalize(), int(time.time())
    filters.word("state", (PENDING if wanted == EXPIRED else wanted) or None)
    if wanted in (PENDING, EXPIRED):
        filters.between("until", *((None, now) if wanted == EXPIRED else (now + 1, None)))


def _within(filters: Filters, request: ListProjectInvitations, caller: Caller) -> Reach:
    """Whose invitations: a project's, all of a domain, or those of one account."""
    reach = reach_of(caller, request)  # refuses what the caller may not ask for
    if request.projectid and request.projectid != "-1":
        if governs(caller, Project.require(request.projectid)):
            return reach
    elif caller.role_type != "User" and (request.listall or (request.domainid and not request.account)):
        return reach
    member = caller.account_id
    if request.account and (account := find_account(request.domainid or caller.domain_id, request.account)):
        member = account.id
    filters.found(
        lambda accounts: related(ProjectInvitation.by_member, member, accounts), lambda row: row.member_id == member
    )
    return reach if request.projectid and request.projectid != "-1" else Reach()
