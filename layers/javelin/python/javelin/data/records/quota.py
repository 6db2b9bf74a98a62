"""Quota: what a domain and all in it have together, and may have."""

from __future__ import annotations

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from javelin.data.counters import Counted
from javelin.data.record import table_name


class Quota(Counted):
    """What a domain and those below it have together, or an account or domain of one tag: see `of_tag`.

    The key is the domain's path, so that who has an owned record knows the keys of all domains that it counts for. It is
    made by the first use or limit.
    """

    noun = "quota"

    class Meta:
        table_name = table_name("Quota")

    scope = UnicodeAttribute(hash_key=True)

    @staticmethod
    def of_tag(scope: str, tag: str) -> str:
        """The key for what an account (its id) or a domain (its path) has of a tag."""
        return f"{scope}\0{tag}"  # which neither may hold

    @classmethod
    def of_tags(cls, scope: str, tags: Iterable[str]) -> list[Quota]:
        """The items of an account or domain for some tags, in their order; those that count nothing too."""
        return cls.all_of([scope], tags)[scope]

    @classmethod
    def all_of(cls, scopes: Iterable[str], tags: Iterable[str]) -> dict[str, list[Quota]]:
        """The same for several accounts or domains, read together."""
        keys = {scope: [cls.of_tag(scope, tag) for tag in tags] for scope in scopes}
        known = {quota.scope: quota for quota in cls.load_all(key for each in keys.values() for key in each)}
        return {scope: [known.get(key) or cls(key) for key in each] for scope, each in keys.items()}

    @property
    def tag(self) -> str | None:
        """The tag that it is about, if it is about one."""
        return self.scope.partition("\0")[2] or None

    @property
    def path(self) -> str:
        """The domain's path, or the account's id."""
        return self.scope.partition("\0")[0]

    @classmethod
    def of(cls, scope: str) -> Quota:
        """The item, or one that counts nothing."""
        return cls.find(scope) or cls(scope)
