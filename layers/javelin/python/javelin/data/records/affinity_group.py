"""AffinityGroup: guests that are to be kept apart, or together."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

APART, TOGETHER = "host anti-affinity", "host affinity"
RATHER_APART, RATHER_TOGETHER = f"non-strict {APART}", f"non-strict {TOGETHER}"
TYPES = (APART, TOGETHER, RATHER_APART, RATHER_TOGETHER)


class AffinityGroup(Owned):
    """`type` is one of TYPES; `vm_ids` are its guests, whose own records say the same (VirtualMachine.affinity_groups)."""

    noun = "affinity group"

    class Meta:
        table_name = table_name("AffinityGroup")

    name = FoldedAttribute()
    description = UnicodeAttribute(null=True)
    type = FoldedAttribute()
    vm_ids = UnicodeSetAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name", "type")

    @staticmethod
    def key_of(account_id: str, name: str) -> str:
        """The claim that makes a group's name unique in its account; its owner is the group's id."""
        return f"affinitygroup/{account_id}/{name}"
