"""What accounts run, and what those of domains have together: counted when it is asked for, up to a bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from javelin.data.filters import Filters
from javelin.data.indexes import looked_up
from javelin.data.lists import matching
from javelin.data.reach import FEW
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import CLOUD, list_key, standings
from javelin.data.records.virtual_machine import VirtualMachine

MOST_ACCOUNTS = 500  # that are added up; with more, domains show no totals
USED = {  # the contract's word for each counter of an account
    "vm": "used_user_vm", "volume": "used_volume", "network": "used_network", "template": "used_template",
    "ip": "used_public_ip", "cpu": "used_cpu", "memory": "used_memory", "primarystorage": "used_primary_storage",
}  # fmt: skip
Totals = dict[str, int]


@dataclass(frozen=True)
class Machines:
    """How many of an account's virtual machines are in these states."""

    running: int
    stopped: int


def machines_of(accounts: Sequence[Account]) -> dict[str, Machines]:
    """By account, for a few accounts; for more nothing is counted."""
    if len(accounts) > FEW:
        return {}
    return {account.id: Machines(_in_state(account, "Running"), _in_state(account, "Stopped")) for account in accounts}


def _in_state(account: Account, state: str) -> int:
    return len(looked_up(VirtualMachine, [account.id], VirtualMachine.state == state))


def totals_of(domains: Sequence[Domain]) -> dict[str, Totals]:
    """What the accounts of each domain and of those below it have, by domain; nothing if they are too many to add up."""
    accounts = _accounts_below(_common(domain.path for domain in domains)) if domains else None
    if accounts is None:
        return {}
    return {domain.id: _sum(one for one in accounts if one.domain_path.startswith(domain.path)) for domain in domains}


def _sum(accounts: Iterable[Account]) -> Totals:
    rows = list(accounts)
    return {f"{name}total": sum(int(getattr(row, counter)) for row in rows) for name, counter in USED.items()}


def _accounts_below(path: str) -> list[Account] | None:
    if path == "/" and sum(standings("Account", [CLOUD])[list_key("Account", CLOUD)].counts) > MOST_ACCOUNTS:
        return None
    ids = matching(Account, Filters() if path == "/" else Filters().under("domain_path", path))
    return Account.load_all(ids) if len(ids) <= MOST_ACCOUNTS else None


def _common(paths: Iterable[str]) -> str:
    """The path of the lowest domain that all of these are, or are below."""
    first, *others = [path.split("/")[1:-1] for path in paths]
    depth = 0
    while depth < len(first) and all(other[depth : depth + 1] == [first[depth]] for other in others):
        depth += 1
    return "/" + "".join(f"{name}/" for name in first[:depth])
