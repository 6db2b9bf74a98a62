"""ProjectInvitation: that somebody may come into a project, until it is answered or too late."""

from __future__ import annotations

import time

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

PENDING, EXPIRED = "Pending", "Expired"


class ProjectInvitation(Owned):
    """It is the project's. `state` is Pending, Completed or Declined; one that is pending after `until` (epoch seconds)
    is Expired. Who holds the token whose SHA-256 is `digest` may answer it, as may the account or user that it names.
    """

    noun = "invitation"

    class Meta:
        table_name = table_name("ProjectInvitation")

    member_id = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    role_id = UnicodeAttribute(null=True)
    digest = UnicodeAttribute()
    state = FoldedAttribute(default=PENDING)
    until = NumberAttribute()

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("member_id", "user_id", "email", "state", "until")
    by_member = relation("member_id")

    @property
    def shown_state(self) -> str:
        """The state now."""
        late = self.state == PENDING and int(self.until) <= time.time()
        return EXPIRED if late else str(self.state)

    @staticmethod
    def claim_name(project_id: str, token_digest: str) -> str:
        """What finds an invitation by its token."""
        return f"invitation/{project_id}/{token_digest}"
