"""listRolePermissions: the rules of a role, or of all, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pydantic import Field

from functions.identity._role import may_look_into, readable_role
from functions.identity._rules import RolePermissionResponse, show_rules
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Listing
from javelin.data.records.role import Role
from javelin.data.records.sequence import Sequence
from javelin.data.walk import ids_of

MOST = 5000  # rules of all roles: the command has no pages, and an answer may have 6 MB


class ListRolePermissions(Request):
    """Lists the rules of a role, or of all roles; those of the cloud's own roles are the commands that they have."""

    roleid: Uuid | None = Field(None, description="Only the rules of this role")


@operation(
    ListRolePermissions, roles=ROOT, grants=[Role.read, Sequence.read], answers=RolePermissionResponse,
    object_name="rolepermission",
)  # fmt: skip
def handler(request: ListRolePermissions, caller: Caller) -> Listing:
    """In the order in which they are tried, role by role. Roles that have more than the caller's own are left out."""
    roles = [readable_role(caller, request.roleid)] if request.roleid else _readable(caller)
    rows = list(islice((row for role in roles for row in show_rules(role)), MOST + 1))
    if len(rows) > MOST and request.roleid is None:
        raise InvalidParameter(f"All roles have more than {MOST} rules together; say whose with roleid, see listRoles.")
    return Listing("rolepermission", rows, len(rows))


def _readable(caller: Caller) -> Iterator[Role]:
    for ids in ids_of(Role):
        yield from (role for role in Role.load_all(ids) if may_look_into(caller, role))
