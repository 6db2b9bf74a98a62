"""enableRole: let the users of a role call again."""

from __future__ import annotations

from pydantic import Field

from functions.identity._role import CHANGE_ROLE
from functions.identity._role_states import change_state
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success


class EnableRole(Request):
    """Lets the users of a role call again what it allows."""

    id: Uuid = Field(description="The role")


@operation(EnableRole, roles=ROOT, grants=CHANGE_ROLE, event="ROLE.ENABLE")
def handler(request: EnableRole, caller: Caller) -> Success:
    """Counts from their next call on."""
    change_state(caller, request.id, "enabled")
    return Success()
