"""ProjectMember: that an account, or a user alone, is in a project."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

ADMIN, REGULAR = "Admin", "Regular"


class ProjectMember(Owned):
    """It is the project's. `role` is Admin or Regular; `role_id` is the project role that takes something from a member.

    The account or user has the project in its `project_ids`; both are written in one transaction.
    """

    noun = "member"

    class Meta:
        table_name = table_name("ProjectMember")

    member_id = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    role = UnicodeAttribute(default=REGULAR)
    role_id = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("member_id", "user_id", "role", "role_id")
    by_member = relation("member_id")

    @staticmethod
    def id_of(project_id: str, account_id: str, user_id: str | None = None) -> str:
        """Who is in a project is so once."""
        return "/".join(filter(None, (project_id, account_id, user_id)))

    @property
    def who(self) -> str:
        """As the project's `admin_ids` name it."""
        return "/".join(filter(None, (self.member_id, self.user_id)))
