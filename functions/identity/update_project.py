"""updateProject: a project's name and text, and who governs it."""

from __future__ import annotations

from pydantic import Field

from functions.identity._project import ProjectResponse, show_project
from functions.identity._project_events import tell_of
from functions.identity._project_leaving import member_of
from functions.identity._project_rights import governed_project, require_open
from functions.identity._renaming import FLOW, RENAME, left_behind, rename_project
from functions.identity._rights import clean_name
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.members import CHANGE_MEMBERS, Changes, demote, promote
from javelin.data.reach import find_account
from javelin.data.records.project import Project
from javelin.data.records.project_member import ADMIN, REGULAR, ProjectMember
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class UpdateProject(Request):
    """Changes a project's text, or who governs it: swapowner puts a member in the place of its only administrator."""

    id: Uuid = Field(description="The project")
    name: Text | None = Field(None, description="A name that no other project of its domain has")
    displaytext: Text | None = Field(None, description="What people read about it")
    account: Text | None = Field(None, description="The member to govern it, or of whom roletype is said")
    userid: Uuid | None = Field(None, description="The same for a user that is in the project alone")
    roletype: Text | None = Field(None, description="With swapowner=false: Admin or Regular")
    swapowner: Flag = Field(True, description="Whether the member takes the place of the only administrator")


@operation(
    UpdateProject, roles=EVERYONE, answers=ProjectResponse, object_name="project", flow=FLOW, event="PROJECT.UPDATE",
    grants=[*CHANGE_MEMBERS, *RENAME, VirtualMachine.read, *ANNOUNCE],
)  # fmt: skip
def handler(request: UpdateProject, caller: Caller) -> Accepted:
    """All of it, or nothing. Called again after its job failed, what was left tells the project's name."""
    project = governed_project(caller, request.id)
    require_open(project)
    member = _member(request, project)
    text = [] if request.displaytext is None else [Project.display_text.set(request.displaytext)]
    name = project.name if request.name is None else clean_name("project", request.name)
    if name != project.name or (request.name is not None and left_behind(project)):
        if member is not None:
            raise InvalidParameter("A project gets its name in a call that says nothing of members; make two calls.")
        return rename_project(caller, project, name, text)
    transaction = Transaction()
    governed = _govern(transaction, request, project, member, text)
    if text and not governed:
        transaction.update(Project(project.id), text, Project.id.exists(), Project.unknown(project.id))
    if text or governed:
        transaction.commit()
    shown = show_project(Project.require(project.id))
    accepted = jobs.done(
        caller, Transaction(), command="updateProject", result={"project": shown.body()}, resource_type="Project",
        resource_id=project.id,
    )  # fmt: skip
    tell_of(caller, project, "PROJECT.UPDATE", f"Project {project.name} was changed")
    return accepted


def _member(request: UpdateProject, project: Project) -> ProjectMember | None:
    if request.userid is not None and request.account is not None:
        raise InvalidParameter("Give either account or userid: who is to govern the project.")
    if request.userid is not None:
        user = User.find(request.userid)
        return member_of(project, user.account_id if user else "-", request.userid, f"User {request.userid}")
    if request.account is not None:
        account = find_account(project.domain_id, request.account)
        return member_of(project, account.id if account else "-", None, request.account)
    if request.roletype is not None:
        raise InvalidParameter("roletype is said of a member; give account or userid.")
    return None


def _govern(
    transaction: Transaction, request: UpdateProject, project: Project, member: ProjectMember | None, text: Changes
) -> bool:
    """Change what the member is, and the text with it; False if it is so already, or nobody is named."""
    if member is None:
        return False
    role = (request.roletype or ADMIN).capitalize()
    if role not in (ADMIN, REGULAR) or (request.swapowner and role != ADMIN):
        raise InvalidParameter("roletype is Admin, or with swapowner=false Regular; give one of them.")
    if role == member.role:
        return False
    if role == REGULAR:
        demote(transaction, project, member, text)
    elif request.swapowner:
        _swap(transaction, project, member, text)
    else:
        promote(transaction, project, member, more=text)
    return True


def _swap(transaction: Transaction, project: Project, member: ProjectMember, text: Changes) -> None:
    """The member in the place of the only administrator."""
    admins: set[str] = project.admin_ids or set()
    if len(admins) != 1:
        raise InvalidParameter(f"Project {project.name} has {len(admins)} administrators; say swapowner=false.")
    before = ProjectMember.require(f"{project.id}/{next(iter(admins))}")
    promote(transaction, project, member, instead_of=before, more=text)
