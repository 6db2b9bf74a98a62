"""Domain: a node of the tree that tenants live in."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name

ROOT_DOMAIN = "00000000-0000-7000-8000-000000000001"


class ByParent(GlobalSecondaryIndex["Domain"]):
    """Answers: which domains are right below this one?"""

    class Meta:
        index_name = "by_parent"
        projection = KeysOnlyProjection()

    parent_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Domain(Shared):
    """`path` starts and ends with a slash: / for ROOT, /a/b/ below. `moved_from` are the paths that what is in it may still
    have while it is moved, and that nothing else is called by so long."""

    noun = "domain"

    class Meta:
        table_name = table_name("Domain")

    name = FoldedAttribute()
    path = UnicodeAttribute()
    parent_id = UnicodeAttribute(null=True)
    network_domain = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="Active")
    children = NumberAttribute(default=0)  # domains right below
    accounts = NumberAttribute(default=0)  # accounts right in it
    moved_from = UnicodeSetAttribute(null=True)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("name", "path")
    by_parent = ByParent()

    @staticmethod
    def claim_name(path: str) -> str:
        """What makes a path unique, and finds the domain by it."""
        return f"domain{path}"

    @property
    def as_read(self) -> Condition:
        """That it is open, and where it was read to be: what is made in it notes its path."""
        where: Condition = (Domain.state == "Active") & (Domain.path == self.path)
        return where

    @property
    def level(self) -> int:
        """0 for ROOT."""
        return int(self.path.count("/")) - 1

    @property
    def shown_path(self) -> str:
        """The path as CloudStack shows it: ROOT, ROOT/a/b."""
        return shown_path(self.path)


def name_of(path: str) -> str:
    """The last name of a path: ROOT for /, b for /a/b/."""
    return path.rstrip("/").rsplit("/", 1)[-1] or "ROOT"


def shown_path(path: str) -> str:
    """/a/b/ -> ROOT/a/b."""
    return ("ROOT" + path).rstrip("/")
