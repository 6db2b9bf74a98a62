"""ProjectRole: what its holders may not do in a project, though they are in it."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from javelin.contract.rules import Rule, decide
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

MOST_RULES = 100  # of a project role: the edge reads all of them with every call of its holders


class ProjectRole(Owned):
    """It is the project's. `rules` are [{"id", "rule", "permission", "description"}], of which the first that fits a command
    decides; what none fits is allowed. `holders` counts the members and invitations that have it.
    """

    noun = "project role"

    class Meta:
        table_name = table_name("ProjectRole")

    name = FoldedAttribute()
    description = UnicodeAttribute(default="")
    rules = JSONAttribute(default=list)
    holders = NumberAttribute(default=0)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name")

    def denies(self, command: str) -> bool:
        """Whether those who have the role may not make this call in the project."""
        rows: list[dict[str, Any]] = self.rules
        return decide((Rule(row["rule"], row["permission"] == "allow") for row in rows), command) is False

    @staticmethod
    def claim_name(project_id: str, name: str) -> str:
        """What makes a role's name unique in its project."""
        return f"projectrole/{project_id}/{name}"
