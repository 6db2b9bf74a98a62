"""Virtual machines written straight into their table: lists and their counts are as if they were deployed."""

from __future__ import annotations

from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.sequence import CLOUD, standings
from tests.e2e.local_cloud import eventually
from tests.many import KIND, Needle, write_machines


def seed(count: int, account: Account, zone: str, needle: Needle | None = None, hits: int = 0) -> None:
    """Add machines to an account; returns when the streams have counted them."""
    before = counted()
    write_machines(account, zone, count, needle, hits)
    eventually(lambda: counted() == before + count, f"the count of {before + count} machines", 600)


def counted() -> int:
    """Machines in the cloud, by the counts of their buckets."""
    return sum(sum(standing.counts) for standing in standings(KIND, [CLOUD]).values())


def owner() -> Account:
    """Whose machines they are: the administrator's."""
    accounts = list(Account.by_domain.query(Account.require(ROOT_ACCOUNT).domain_id))
    return Account.require(accounts[0].id)
