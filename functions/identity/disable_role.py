"""disableRole: let nobody call by a role."""

from __future__ import annotations

from pydantic import Field

from functions.identity._role import CHANGE_ROLE
from functions.identity._role_states import change_state
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success


class DisableRole(Request):
    """Keeps the users of a role from calling anything."""

    id: Uuid = Field(description="The role")


@operation(DisableRole, roles=ROOT, grants=CHANGE_ROLE, event="ROLE.DISABLE")
def handler(request: DisableRole, caller: Caller) -> Success:
    """Counts from their next call on."""
    change_state(caller, request.id, "disabled")
    return Success()
