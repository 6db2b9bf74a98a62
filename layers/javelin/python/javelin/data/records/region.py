"""Region: another cloud of the same operator, and where its API is; the cloud's own is made from where it runs."""

from __future__ import annotations

import os

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name

OWN = 1  # the number of the region that the cloud itself is


class Region(Shared):
    """`number` is the contract's id, which its operator chooses."""

    noun = "region"

    class Meta:
        table_name = table_name("Region")

    number = NumberAttribute()
    name = UnicodeAttribute()
    endpoint = UnicodeAttribute()

    by_cloud = ByCloud()

    @classmethod
    def own(cls) -> Region:
        """The region that the cloud itself is, which no table holds."""
        return cls("", number=OWN, name="Local", endpoint=os.environ["JAVELIN_ENDPOINT"])

    @staticmethod
    def number_claim(number: int) -> str:
        """What makes a number unique, and finds the region by it."""
        return f"region/{number}"

    @staticmethod
    def name_claim(name: str) -> str:
        """What makes a name unique."""
        return f"region_name/{name}"
