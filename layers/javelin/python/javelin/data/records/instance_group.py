"""InstanceGroup: a name under which an account puts guests together, to look at and filter by."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class InstanceGroup(Owned):
    """`guests` counts those whose records name the group (VirtualMachine.group_id); they repeat its name."""

    noun = "instance group"

    class Meta:
        table_name = table_name("InstanceGroup")

    name = FoldedAttribute()
    guests = NumberAttribute(default=0)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name")

    @staticmethod
    def key_of(account_id: str, name: str) -> str:
        """The claim that makes a group's name unique in its account; its owner is the group's id."""
        return f"instancegroup/{account_id}/{name}"
