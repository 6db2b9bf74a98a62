"""listRoles: the roles that the caller may give."""

from __future__ import annotations

from pydantic import Field

from functions.identity._rights import INCLUDES, rules_of
from functions.identity._role import RoleResponse, show_role
from javelin.contract.caller import ADMINS, ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.contract.rules import includes
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.role import Role
from javelin.data.records.sequence import Sequence


class ListRoles(ListRequest):
    """Lists the roles that the caller may give to accounts."""

    id: Uuid | None = Field(None, description="Only this role")
    name: Text | None = Field(None, description="Only the role of this name")
    type: Text | None = Field(None, description="Only roles of this type")
    state: Text | None = Field(None, description="Only roles in this state")


@operation(ListRoles, roles=ADMINS, grants=[Role.read, Sequence.read], answers=RoleResponse, object_name="role")
def handler(request: ListRoles, caller: Caller) -> Listing:
    """Roles with more rights than the caller's are not shown, nor to administrators of domains those that are not public."""
    mine = rules_of(caller.role_id)
    filters = Filters().word("name", request.name).word("type", request.type).contains(request.keyword, "name")
    filters.among("type", sorted(INCLUDES[caller.role_type])).word("state", request.state)
    if mine is not None:
        filters.add(lambda role: includes(mine, role.parsed, role.type))
    if caller.role_type not in ROOT:
        filters.equal("public", True)
    roles, count = list_shared(Role, request, filters, [request.id] if request.id else None)
    return Listing("role", [show_role(role) for role in roles], count)
