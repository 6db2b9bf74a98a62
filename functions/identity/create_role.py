"""createRole: a role of somebody's own making."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import clean_name, require_includes
from functions.identity._role import MAKE_ROLE, RoleResponse, claim_role_name, show_role, type_named
from functions.identity._rules import copy_rules, new_role_id
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.role import Role
from javelin.data.transaction import Transaction


class CreateRole(Request):
    """Makes a role: without rules, which allows nothing yet, or with those of another role."""

    name: Annotated[Text, Length(100)] = Field(description="A name that no other role has")
    type: Text | None = Field(
        None, description="Admin, ResourceAdmin, DomainAdmin or User, which bounds what it can have"
    )
    roleid: Uuid | None = Field(None, description="The role to be like, instead of a type")
    description: Text | None = Field(None, description="What it is for")
    ispublic: Flag = Field(True, description="Whether administrators of domains may give it")


@operation(CreateRole, roles=ROOT, answers=RoleResponse, object_name="role", grants=MAKE_ROLE, event="ROLE.CREATE")
def handler(request: CreateRole, caller: Caller) -> Item:
    """A copy has no more than the caller's role allows."""
    role = Role(
        new_role_id(), name=clean_name("role", request.name), description=request.description or "", built_in=False,
        public=request.ispublic,
    )  # fmt: skip
    if (request.type is None) == (request.roleid is None):
        raise InvalidParameter("Say what the role is made of: give type, or roleid of a role to be like.")
    if request.roleid is not None:
        like = Role.require(request.roleid)
        require_includes(caller, like.type, like.id)
        role.type = like.type
        copy_rules(like, role)
    else:
        role.type = type_named(request.type or "")
    transaction = Transaction()
    claim_role_name(transaction, role)
    transaction.create(role)
    transaction.commit()
    tell(caller, "ROLE.CREATE", f"Role {role.name} was made", "Role", role.id)
    return Item("role", show_role(role))
