"""Dedication: a zone, pod, cluster or host that only one domain, or one account of it, may use."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name


class Dedication(Shared):
    """Its id is the place's, so that no place is dedicated twice. Without `account_id` it is for the domain and those below."""

    noun = "dedicated resource"

    class Meta:
        table_name = table_name("Dedication")

    kind = UnicodeAttribute()  # Zone, Pod, Cluster or Host
    name = UnicodeAttribute()
    zone_id = UnicodeAttribute()
    domain_id = UnicodeAttribute()
    domain_path = UnicodeAttribute()
    account_id = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("kind", "name", "domain_id", "account_id")

    @property
    def owner(self) -> str:
        """Whom it is for, as hosts carry it."""
        return f"account/{self.account_id}" if self.account_id else f"domain{self.domain_path}"
