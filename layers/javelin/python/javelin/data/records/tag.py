"""Tag: a key and value that somebody put on a resource, to find it by."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.contract.tags import TagResponse
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.owners import owner
from javelin.data.record import ByAccount, ByCloud, Owned, Record, table_name
from javelin.data.records.domain import ROOT_DOMAIN, name_of, shown_path


class ByResource(GlobalSecondaryIndex["Tag"]):
    """Answers: which tags are on this resource?"""

    class Meta:
        index_name = "by_resource"
        projection = KeysOnlyProjection()

    resource_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Tag(Owned):
    """The tag belongs to the resource's account. The resource's own record repeats key and value in its `tags`, so that
    its lists need no further request; both are written in one transaction. The id is `<resource id>/<key>`. `pair` and
    `word` are what resources of a kind are found by: see pair_of and word_of.
    """

    noun = "tag"
    keeps_past = False

    class Meta:
        table_name = table_name("Tag")

    key = FoldedAttribute()
    value = UnicodeAttribute()
    resource_id = UnicodeAttribute()
    resource_type = FoldedAttribute()
    customer = UnicodeAttribute(null=True)
    pair = UnicodeAttribute(null=True)
    word = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("key", "value", "resource_type", "customer")
    by_pair = relation("pair", "resource_id")
    by_word = relation("word", "resource_id")
    by_resource = ByResource()

    @staticmethod
    def id_of(resource_id: str, key: str) -> str:
        """A resource has one tag of a key, whatever the key's case."""
        return f"{resource_id}/{key.lower()}"

    @staticmethod
    def pair_of(record: type[Record], key: str, value: str) -> str:
        """What resources of this kind with this key and value are found by. A digest: keys of indexes must be short."""
        return sha256("\0".join((record.__name__, key, value)).encode()).hexdigest()

    @staticmethod
    def word_of(key: str) -> str:
        """What tags with this key, in any case, are found by."""
        return sha256(key.lower().encode()).hexdigest()


def show_tags(bearer: Any, kind: str) -> list[TagResponse]:
    """The tags of a resource of this kind, as its own record, which says whose it is, keeps them."""
    if not bearer.tags:
        return []  # it may be nobody's
    where = {"domainid": bearer.domain_id, "domain": name_of(bearer.domain_path),
             "domainpath": shown_path(bearer.domain_path)}  # fmt: skip
    return _shown(bearer, kind, owner(bearer) | where)


def show_tags_of_cloud(bearer: Any, kind: str) -> list[TagResponse]:
    """The same of what is no account's: its tags are the cloud's administrators'."""
    return _shown(bearer, kind, {"domainid": ROOT_DOMAIN, "domain": name_of("/"), "domainpath": shown_path("/")})


def _shown(bearer: Any, kind: str, whose: dict[str, Any]) -> list[TagResponse]:
    return [
        TagResponse(
            key=row["key"],
            value=row["value"],
            resourceid=bearer.id,
            resourcetype=kind,
            customer=row.get("customer"),
            **whose,
        )
        for row in bearer.tags or []
    ]
