"""Alert: what an operator should look at."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name

KEEP = 90 * 24 * 3600  # seconds


class Alert(Shared):
    """One alert. Its id follows from what it says and the hour, so that nothing is told again within the hour.

    `archived` is "true" once somebody has put it out of the way; `expires` is when it leaves the table (epoch seconds).
    """

    noun = "alert"
    keeps_past = False

    class Meta:
        table_name = table_name("Alert")

    type = NumberAttribute()
    name = FoldedAttribute()
    description = FoldedAttribute()
    archived = UnicodeAttribute(null=True)
    expires = NumberAttribute()

    by_cloud = ByCloud()
    by_shelf = cloud_directory("type", "name", "description", "created", "archived")
