"""Projects suspended and activated: the project says so, and its account, which what is made or started looks at."""

from __future__ import annotations

from typing import Literal

from functions.identity._project import show_project
from functions.identity._project_events import tell_of
from functions.identity._project_rights import require_open
from javelin.contract.caller import Caller
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.grants import Grant
from javelin.contract.responses import Accepted
from javelin.data.records.account import Account
from javelin.data.records.project import STOPPING, Project
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE

CHANGE_STATE: tuple[Grant, ...] = (
    Project.write, Account.write, User.read, VirtualMachine.read, *jobs.START_JOB, *ANNOUNCE,
)  # fmt: skip
_OF_ACCOUNT = {"Active": "enabled", "Suspended": "disabled"}


def become(
    caller: Caller, project: Project, state: Literal["Active", "Suspended"], *, command: str, event: str
) -> Accepted:
    """Have the project be in a state, in which it may be already."""
    require_open(project)
    transaction = Transaction()
    if project.state != state:
        change(transaction, project, state)
        project.state = state
    shown = show_project(project).body()
    accepted = jobs.done(
        caller, transaction, command=command, result={"project": shown}, resource_type="Project", resource_id=project.id
    )
    tell_of(caller, project, event, f"Project {project.name} is {state.lower()}")
    return accepted


def change(transaction: Transaction, project: Project, state: str) -> None:
    """Have the project and its account be in another state than they were read in."""
    meanwhile = ConcurrentOperation("The project's state changed meanwhile; look again and repeat.")
    stopping = Project.stopping.set(STOPPING) if state == "Suspended" else Project.stopping.remove()
    transaction.update(
        Project(project.id), [Project.state.set(state), stopping], Project.state == project.state, meanwhile
    )
    transaction.update(Account(project.id), [Account.state.set(_OF_ACCOUNT[state])], Account.id.exists(), meanwhile)
