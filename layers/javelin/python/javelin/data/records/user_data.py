"""UserData: what guests are given when they boot, kept under a name; its content is in the bucket."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

KEPT = "kept-user-data/"  # where the bucket has it
OVERRIDE, APPEND, FIXED = "ALLOWOVERRIDE", "APPEND", "DENYOVERRIDE"
POLICIES = (OVERRIDE, APPEND, FIXED)  # of a template's, for what a deployment brings itself


class UserData(Owned):
    """`variables` are names that a deployment may give values for; `size` is the decoded content's bytes."""

    noun = "user data"

    class Meta:
        table_name = table_name("UserData")

    name = FoldedAttribute()
    variables = JSONAttribute(default=list)
    size = NumberAttribute(default=0)
    inside = NumberAttribute(default=0)  # templates that are linked with it, see javelin.data.counting

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name")

    @property
    def object_key(self) -> str:
        """Where the decoded content is in the bucket."""
        return f"{KEPT}{self.id}"

    @staticmethod
    def key_of(account_id: str, name: str) -> str:
        """The claim that makes a name unique in its account; its owner is the id."""
        return f"userdata/{account_id}/{name}"
