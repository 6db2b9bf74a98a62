"""Tag: a key and value that somebody put on a resource, to find it by."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class ByResource(GlobalSecondaryIndex["Tag"]):
    """Answers: which tags are on this resource?"""

    class Meta:
        index_name = "by_resource"
        projection = KeysOnlyProjection()

    resource_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Tag(Owned):
    """The tag belongs to the resource's account. The resource's own record repeats key and value in its `tags`, so that
    its lists need no further request; both are written in one transaction. The id is `<resource id>/<key>`.
    """

    noun = "tag"

    class Meta:
        table_name = table_name("Tag")

    key = UnicodeAttribute()
    value = UnicodeAttribute()
    resource_id = UnicodeAttribute()
    resource_type = UnicodeAttribute()
    customer = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_resource = ByResource()

    @staticmethod
    def id_of(resource_id: str, key: str) -> str:
        """A resource has one tag of a key, whatever the key's case."""
        return f"{resource_id}/{key.lower()}"
