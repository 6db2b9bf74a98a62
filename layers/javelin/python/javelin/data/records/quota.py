"""Quota: what a domain and all in it have together, and may have."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.counters import Counted
from javelin.data.record import table_name


class Quota(Counted):
    """What a domain and those below it have together, or an account or domain of one tag: see `of_domain` and `of_tag`.

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
    def of(cls, scope: str) -> Quota:
        """The item, or one that counts nothing."""
        return cls.find(scope) or cls(scope)
