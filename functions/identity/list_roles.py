"""listRoles: the roles that the caller may give."""

from __future__ import annotations

from pydantic import Field

from functions.identity._rights import INCLUDES
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.role import Role
from javelin.data.records.sequence import Sequence


class ListRoles(ListRequest):
    """Lists the roles that the caller may give to accounts."""

    id: Uuid | None = Field(None, description="Only this role")
    name: Text | None = Field(None, description="Only the role of this name")
    type: Text | None = Field(None, description="Only roles of this type")
    state: Text | None = Field(None, description="Only roles in this state; all are enabled")


class RoleResponse(Response):
    """A role."""

    id: str = Field(description="The role's id")
    name: str = Field(description="The role's name")
    type: str = Field(description="Admin, ResourceAdmin, DomainAdmin or User")
    description: str = Field(description="What it is for")
    ispublic: bool = Field(True, description="Whether administrators of domains may give it")
    isdefault: bool = Field(description="Whether the cloud came with it")
    state: str = Field("enabled", description="enabled or disabled")


@operation(ListRoles, roles=ADMINS, grants=[Role.read, Sequence.read], answers=RoleResponse, object_name="role")
def handler(request: ListRoles, caller: Caller) -> Listing:
    """Roles with more rights than the caller's are not shown."""

    filters = Filters().word("name", request.name).word("type", request.type).contains(request.keyword, "name")
    filters.among("type", sorted(INCLUDES[caller.role_type]))
    filters.nothing(request.state and request.state.lower() != "enabled")
    roles, count = list_shared(Role, request, filters, [request.id] if request.id else None)
    return Listing("role", [_show(role) for role in roles], count)


def _show(role: Role) -> RoleResponse:
    return RoleResponse(
        id=role.id, name=role.name, type=role.type, description=role.description, isdefault=role.built_in
    )
