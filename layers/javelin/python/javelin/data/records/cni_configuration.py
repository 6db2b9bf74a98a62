"""CniConfiguration: the configuration of a cluster's network, kept under a name as user data is."""

from __future__ import annotations

from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, table_name
from javelin.data.records.user_data import UserData


class CniConfiguration(UserData):
    """`variables` are names that a cluster gives values for. It is in a table of its own, so that each has its own list."""

    noun = "CNI configuration"

    class Meta:
        table_name = table_name("CniConfiguration")

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name")

    @staticmethod
    def key_of(account_id: str, name: str) -> str:
        """The claim that makes a name unique in its account; its owner is the id."""
        return f"cniconfig/{account_id}/{name}"
