"""CniConfiguration: the configuration of a cluster's network, kept under a name; its content is in the bucket."""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, Owned, table_name
from javelin.data.records.user_data import KEPT


class CniConfiguration(Owned):
    """`variables` are names that a cluster gives values for; `size` is the decoded content's bytes."""

    noun = "CNI configuration"

    class Meta:
        table_name = table_name("CniConfiguration")

    name = FoldedAttribute()
    variables = JSONAttribute(default=list)
    size = NumberAttribute(default=0)

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
        return f"cniconfig/{account_id}/{name}"
