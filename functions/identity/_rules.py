"""The rules of a role: how they are made, named and shown.

A rule's id is its role's with a number in the last 16 bits, which are zero in a role's: who has the rule's id finds the role.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID, uuid5

from pydantic import Field

from functions.identity._rights import require_rules_included
from functions.identity._role import change_role
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, ResourceLimitExceeded
from javelin.contract.responses import Response
from javelin.contract.rules import PATTERN, beyond, commands_of
from javelin.data.ids import new_id
from javelin.data.records.role import MOST_RULES, Role
from javelin.data.transaction import Transaction

Row = dict[str, str]
NUMBERS = 1 << 16
MOST_BYTES = 200_000  # of all rules of a role, as they are kept


class RolePermissionResponse(Response):
    """A rule of a role."""

    id: str = Field(description="The rule's id")
    roleid: str = Field(description="The role")
    rolename: str = Field(description="The role's name")
    rule: str = Field(description="A command, or several by *")
    permission: str = Field(description="allow or deny")
    description: str | None = Field(None, description="What it is for")


def new_role_id() -> str:
    """An id for a role, whose last bits are for its rules."""
    return role_of_rule(new_id())


def role_of_rule(rule_id: str) -> str:
    """The id of the role that a rule with this id would be of."""
    return str(UUID(int=UUID(rule_id).int // NUMBERS * NUMBERS))


def show_rules(role: Role) -> list[RolePermissionResponse]:
    """A role's rules in their order; those of a built-in role are the commands that its type has."""
    return [
        RolePermissionResponse(
            id=row["id"], roleid=role.id, rolename=role.name, rule=row["rule"], permission=row["permission"],
            description=row["description"] or None,
        )
        for row in rows_of(role)
    ]  # fmt: skip


def rows_of(role: Role) -> list[Row]:
    """A role's rules; those of a built-in role are computed."""
    if not role.built_in:
        rows: list[Row] = role.rules
        return rows
    return [
        {"id": str(uuid5(UUID(role.id), command)), "rule": command, "permission": "allow", "description": ""}
        for command in commands_of(role.type)
    ]


def add_rule(role: Role, rule: str, permission: str, description: str | None) -> Row:
    """Put one more rule at the end of a role's, which is not saved. Raises InvalidParameter."""
    pattern = _pattern(rule)
    if any(row["rule"].lower() == pattern.lower() for row in role.rules):
        raise InvalidParameter(f"The role has a rule for {pattern} already; change that one.")
    row = {"id": _next_id(role), "rule": pattern, "permission": read_permission(permission),
           "description": description or ""}  # fmt: skip
    require_within(role.type, [row])
    role.rules = [*role.rules, row]
    return row


def require_room(role: Role) -> None:
    """Raise ResourceLimitExceeded if a role has more rules than it can keep."""
    if len(role.rules) > MOST_RULES or len(json.dumps(role.rules)) > MOST_BYTES:
        raise ResourceLimitExceeded(
            f"A role can have {MOST_RULES} rules, and with their descriptions {MOST_BYTES} bytes; say more by one with *."
        )


def copy_rules(source: Role, target: Role) -> None:
    """Give a role that is not saved the rules of another; those of a built-in role one by one, to take some away."""
    for row in rows_of(source):
        add_rule(target, row["rule"], row["permission"], row["description"])
    require_room(target)


def rule_of(role: Role, rule_id: str) -> Row:
    """The rule of this id. Raises InvalidParameter."""
    found: Row | None = next((row for row in role.rules if row["id"] == rule_id), None)
    if found is None:
        raise unknown_rule(rule_id)
    return found


def unknown_rule(rule_id: str) -> InvalidParameter:
    """The error for an id that is no rule's."""
    return InvalidParameter(f"Unable to find a rule with id {rule_id}; see listRolePermissions.")


def reorder(role: Role, ids: Sequence[str]) -> None:
    """Put the rules into the order of these ids. Raises InvalidParameter unless each rule's is there once."""
    rows = {row["id"]: row for row in role.rules}
    if sorted(ids) != sorted(rows):
        raise InvalidParameter("ruleorder must have the id of each of the role's rules once; see listRolePermissions.")
    role.rules = [rows[rule_id] for rule_id in ids]


def save_rules(caller: Caller, role: Role) -> None:
    """Write a role's rules. Raises ResourceLimitExceeded, PermissionDenied if they allow more than the caller's role."""
    require_room(role)
    require_within(role.type, role.rules)
    require_rules_included(caller, role.type, lambda: role.parsed)
    transaction = Transaction()
    change_role(transaction, role, Role.rules.set(role.rules), Role.issued.set(role.issued))
    transaction.commit()


def read_permission(text: str) -> str:
    """allow or deny. Raises InvalidParameter."""
    lowered = text.strip().lower()
    if lowered not in ("allow", "deny"):
        raise InvalidParameter(f"A permission is allow or deny; {text} is neither.")
    return lowered


def require_within(kind: str, rows: Sequence[Row]) -> None:
    """Raise InvalidParameter if a rule allows one command that no role of the type has."""
    for row in rows:
        if row["permission"] == "allow" and beyond(kind, row["rule"]):
            raise InvalidParameter(f"No role of type {kind} has the command {row['rule']}; another type may have it.")


def _pattern(rule: str) -> str:
    pattern = rule.strip()
    if not PATTERN.fullmatch(pattern):
        raise InvalidParameter(
            f"A rule is the name of a command, or part of one with *, of up to 100 letters; {rule[:100]} is none."
        )
    return pattern


def _next_id(role: Role) -> str:
    """An id that no rule of the role has; those of rules that are gone come again after 65,535 others."""
    taken = {row["id"] for row in role.rules}
    while True:
        role.issued = int(role.issued) % (NUMBERS - 1) + 1
        if (found := _id(role, int(role.issued))) not in taken:
            return found


def _id(role: Role, number: int) -> str:
    return str(UUID(int=UUID(role.id).int // NUMBERS * NUMBERS + number))
