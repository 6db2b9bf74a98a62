"""Role: what its users may call."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from javelin.contract.caller import RoleType
from javelin.contract.rules import Rule, allows
from javelin.data.record import ByCloud, Shared, table_name

MOST_RULES = 1000  # of a role: the edge reads all of them with every call of its users


class Role(Shared):
    """The four built-in roles are made when the cloud is, and have what their type has.

    Of that the others have what their `rules` allow: [{"id", "rule", "permission", "description"}], the first that fits
    wins. `public` ones may be given by administrators of domains; `holders` counts the accounts that have the role.
    """

    noun = "role"

    class Meta:
        table_name = table_name("Role")

    name = UnicodeAttribute()
    type = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    built_in = BooleanAttribute(default=True)
    public = BooleanAttribute(default=True)
    state = UnicodeAttribute(default="enabled")
    rules = JSONAttribute(default=list)
    issued = NumberAttribute(default=0)  # how many rules it ever had
    revision = NumberAttribute(default=0)  # how often it was changed
    holders = NumberAttribute(default=0)

    by_cloud = ByCloud()

    @property
    def parsed(self) -> tuple[Rule, ...] | None:
        """The rules as they are judged; None for those of a built-in role."""
        rows: list[dict[str, Any]] = self.rules
        return None if self.built_in else tuple(Rule(row["rule"], row["permission"] == "allow") for row in rows)

    def allows(self, command: str) -> bool:
        """Whether its users may call a command that its type has."""
        return self.state == "enabled" and allows(self.parsed, command)

    @staticmethod
    def claim_name(name: str) -> str:
        """What makes a role's name unique."""
        return f"role/{name}"


BUILT_IN: dict[RoleType, tuple[str, str]] = {
    "Admin": ("00000000-0000-7000-8000-000000000011", "Root Admin"),
    "ResourceAdmin": ("00000000-0000-7000-8000-000000000012", "Resource Admin"),
    "DomainAdmin": ("00000000-0000-7000-8000-000000000013", "Domain Admin"),
    "User": ("00000000-0000-7000-8000-000000000014", "User"),
}
BUILT_IN_IDS = frozenset(role_id for role_id, _ in BUILT_IN.values())
