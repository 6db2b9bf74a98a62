"""FormerAccount: that an account of a domain was deleted, of which something stays: events, usage, what was."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.counters import domains_of
from javelin.data.record import Table, table_name
from javelin.data.records.account import Account


class FormerAccount(Table):
    """One item for every domain that the account was in or below, by the domain's path; `home` is that of its own domain."""

    class Meta:
        table_name = table_name("FormerAccount")

    path = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute(range_key=True)
    home = UnicodeAttribute()

    @classmethod
    def of(cls, account: Account) -> list[FormerAccount]:
        """The items of an account that goes."""
        paths = domains_of(account.domain_path) or [account.domain_path]
        return [cls(path, account.id, home=account.domain_path) for path in paths]

    @classmethod
    def ids_in(cls, path: str, *, below: bool, limit: int) -> list[str]:
        """Up to so many accounts that went from the domain at this path or, with `below`, from those below it too."""
        wanted = None if below else cls.home == path
        return [row.account_id for row in cls.query(path, filter_condition=wanted, limit=limit)]
