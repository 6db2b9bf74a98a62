"""FormerAccount: that an account of a domain was deleted, of which something stays: events, usage, what was."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.counters import domains_of
from javelin.data.record import Table, table_name
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain


class FormerAccount(Table):
    """One item for every domain that the account was in or below, by the domain's id; `home` is that of its own domain.

    A domain of the same name that is made later has another id: nobody in it is told of those who were there before.
    """

    class Meta:
        table_name = table_name("FormerAccount")

    domain_id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute(range_key=True)
    home = UnicodeAttribute()

    @classmethod
    def of(cls, account: Account) -> list[FormerAccount]:
        """The items of an account that goes."""
        names = [Domain.claim_name(path).lower() for path in domains_of(account.domain_path)]
        domains = {account.domain_id, *(claim.owner for claim in Claim.batch_get(names))}
        return [cls(domain, account.id, home=account.domain_id) for domain in sorted(domains)]

    @classmethod
    def ids_in(cls, domain_id: str, *, below: bool, limit: int) -> list[str]:
        """Up to so many accounts that went from this domain or, with `below`, from those below it too."""
        wanted = None if below else cls.home == domain_id
        return [row.account_id for row in cls.query(domain_id, filter_condition=wanted, limit=limit)]
