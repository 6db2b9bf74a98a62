"""deleteRole: a role that no account has."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._role import CHANGE_ROLE, CHANGED, changeable_role, require_unused
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.claim import Claim
from javelin.data.records.role import Role
from javelin.data.transaction import Transaction


class DeleteRole(Request):
    """Deletes a role that no account has."""

    id: Uuid = Field(description="The role")


@operation(DeleteRole, roles=ROOT, grants=[*CHANGE_ROLE, Claim.write], event="ROLE.DELETE")
def handler(request: DeleteRole, caller: Caller) -> Success:
    """An account that is given the role meanwhile, or the deletion, fails: never both."""
    role = changeable_role(caller, request.id)
    require_unused(role)
    transaction = Transaction()
    transaction.delete(role, (Role.holders == 0) & (Role.revision == role.revision), CHANGED)
    transaction.release(Role.claim_name(role.name))
    transaction.commit()
    tell(caller, "ROLE.DELETE", f"Role {role.name} was deleted", "Role", role.id)
    return Success()
