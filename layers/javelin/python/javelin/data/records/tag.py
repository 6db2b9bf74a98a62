"""Tag: a key and value that somebody put on a resource, to find it by."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.contract.tags import TagResponse
from javelin.data.record import ByAccount, ByCloud, Owned, table_name
from javelin.data.records.domain import name_of, shown_path


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


def show_tags(bearer: Owned, kind: str) -> list[TagResponse]:
    """The tags of a resource of this kind, as its own record keeps them."""
    return [
        TagResponse(
            key=row["key"], value=row["value"], resourceid=bearer.id, resourcetype=kind, account=bearer.account,
            domainid=bearer.domain_id, domain=name_of(bearer.domain_path), domainpath=shown_path(bearer.domain_path),
        )
        for row in bearer.tags or []
    ]  # fmt: skip
