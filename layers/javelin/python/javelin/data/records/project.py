"""Project: what several accounts own together, through an account of its own."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name
from javelin.data.records.account import OF_PROJECT

STOPPING = "stopping"
ID_DIGITS = 8  # of the project's id, at the end of its account's name


class ByStopping(GlobalSecondaryIndex["Project"]):
    """Answers: which suspended projects may have virtual machines that run? Sparse."""

    class Meta:
        index_name = "by_stopping"
        projection = KeysOnlyProjection()

    stopping = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Project(Owned):
    """Its id is that of its account, which owns it as all else of the project.

    `counted_for` is the account in whose limit it counts: of who made it, or for whom. `members` counts who is in it;
    `admin_ids` are those who govern it: "<account id>", or "<account id>/<user id>" for a user alone. `state` is
    CloudStack's: Active, Suspended, or Disabled while it is deleted.
    """

    noun = "project"

    class Meta:
        table_name = table_name("Project")

    name = FoldedAttribute()
    display_text = FoldedAttribute()
    state = FoldedAttribute(default="Active")
    counted_for = UnicodeAttribute(null=True)
    admin_ids = UnicodeSetAttribute(null=True)
    members = NumberAttribute(default=0)
    stopping = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name", "display_text", "state")
    by_stopping = ByStopping()
    by_counted_for = relation("counted_for")

    @property
    def as_read(self) -> Condition:
        """That it has the name and the place that what is made for it notes."""
        same: Condition = (Project.account == self.account) & (Project.domain_path == self.domain_path)
        return same

    @staticmethod
    def claim_name(domain_id: str, name: str) -> str:
        """What makes a project's name unique in its domain."""
        return f"project/{domain_id}/{name}"

    @staticmethod
    def account_name(name: str, project_id: str) -> str:
        """The name of a project's account, which tells the project's name."""
        return f"{OF_PROJECT}{name}-{project_id[-ID_DIGITS:]}"


def project_name(account: str) -> str | None:
    """The project that an account of this name is of; None for other accounts."""
    return account[len(OF_PROJECT) : -ID_DIGITS - 1] if account.startswith(OF_PROJECT) else None
