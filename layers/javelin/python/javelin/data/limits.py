"""Limits: what accounts, the domains above them and limited tags have, changed by conditional counters in the transaction
that creates or deletes.

No limit is read before: the item that counts knows its own, and how far it is from it (see records/counters.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pynamodb.expressions.condition import Condition

from javelin.contract.errors import ConcurrentOperation, ResourceLimitExceeded
from javelin.contract.explaining import Picture
from javelin.contract.grants import Grant
from javelin.data import settings
from javelin.data.counters import RESOURCES, UNLIMITED, Counted, domains_of
from javelin.data.record import Change
from javelin.data.records.account import Account
from javelin.data.records.domain import shown_path
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction

COUNT: tuple[Grant, ...] = (Account.write, Quota.write)
ATTEMPTS = 8  # at giving a limit while what is used changes


class Owner(Protocol):
    """Whose things are counted: an account, a caller, or anything owned."""

    @property
    def account_id(self) -> str:
        """The account."""

    @property
    def domain_path(self) -> str:
        """Where it is in the tree."""


def use(
    transaction: Transaction, owner: Owner, also: Sequence[Change] = (), when: Condition | None = None, **amounts: int
) -> None:
    """Count resources as used by the account and the domains that it is in.

    The transaction fails with ResourceLimitExceeded beyond a limit, and if the account is gone or being deleted. `also` is
    what else it changes of the account, and `when` what must hold for that: an item is written once in a transaction.
    """
    names = ", ".join(f"{amount} more {RESOURCES[resource].words}" for resource, amount in amounts.items())
    there = Account.id.exists() & Account.closing.does_not_exist()
    there = there if when is None else there & when
    _add(transaction, Account(owner.account_id), amounts, there, also, ResourceLimitExceeded(
        f"The account's limits do not allow {names}, or it is being deleted; delete something or ask for higher limits."
    ))  # fmt: skip
    for path in domains_of(owner.domain_path):
        _add(transaction, Quota(path), amounts, None, (), ResourceLimitExceeded(
            f"The limits of domain {shown_path(path)} do not allow {names}; delete something or ask for higher limits."
        ))  # fmt: skip
    _explain(transaction, owner.account_id, domains_of(owner.domain_path), amounts)


def hand_over(
    transaction: Transaction, before: Account, after: Account, also: Sequence[Change] = (), **amounts: int
) -> None:
    """Count resources for another account of the same domain. `also` is what else changes of the account before.

    The transaction fails with ResourceLimitExceeded beyond the other's limit, and if that is gone or being deleted.
    """
    less = {resource: -amount for resource, amount in amounts.items()}
    transaction.update(Account(before.id), [*_changes(before, less), *also], Account.id.exists())
    names = ", ".join(f"{amount} more {RESOURCES[resource].words}" for resource, amount in amounts.items())
    there = Account.id.exists() & Account.closing.does_not_exist()
    _add(transaction, Account(after.id), amounts, there, (), ResourceLimitExceeded(
        f"{names} would count for account {after.name}, whose limits do not allow it, or which is being deleted; ask for"
        " higher limits."
    ))  # fmt: skip
    _explain(transaction, before.id, [], less)
    _explain(transaction, after.id, [], amounts)


def give_back(transaction: Transaction, owner: Owner, **amounts: int) -> None:
    """Count resources as no longer used."""
    less = {resource: -amount for resource, amount in amounts.items()}
    for record in (Account(owner.account_id), *map(Quota, domains_of(owner.domain_path))):
        transaction.update(record, _changes(record, less))
    _explain(transaction, owner.account_id, domains_of(owner.domain_path), less)


def set_limit(load: Callable[[], Counted], resource: str, maximum: int | None) -> Counted:
    """Let what `load` reads have so much at most, or (None) as much as it likes; it may have more already.

    Raises ConcurrentOperation if what it uses changes all the time.
    """
    for _ in range(ATTEMPTS):
        record = load()
        used, limit, over = (getattr(type(record), f"{name}_{resource}") for name in ("used", "limit", "over"))
        known = record.used(resource)
        as_read = used == known
        if known == 0:
            as_read = as_read | used.does_not_exist()
        if isinstance(record, Account):
            as_read = as_read & Account.id.exists()
        changes = [limit.remove()] if maximum is None else [limit.set(maximum), over.set(known - maximum)]
        if record.change(*changes, when=as_read):
            return record
    raise ConcurrentOperation("What is limited changes all the time; repeat the call.")


def defaults(kind: str) -> dict[str, int]:
    """What the record of a new "account", "domain" or "project" says of its limits, by the settings."""
    wanted = settings.limits_of(kind)
    made: dict[str, int] = {}
    for resource, limit in zip(wanted, settings.values(*wanted.values()), strict=True):
        if limit != UNLIMITED:
            most = limit * RESOURCES[resource].unit
            made |= {f"limit_{resource}": most, f"over_{resource}": -most}
    return made


def _add(
    transaction: Transaction, record: Counted, amounts: dict[str, int], condition: Condition | None,
    also: Sequence[Change], error: ResourceLimitExceeded,
) -> None:  # fmt: skip
    for resource, amount in amounts.items():
        limit, over = (getattr(type(record), f"{name}_{resource}") for name in ("limit", "over"))
        room = limit.does_not_exist() | (over <= -amount)
        condition = room if condition is None else condition & room
    transaction.update(record, [*_changes(record, amounts), *also], condition, error)


def _changes(record: Counted, amounts: dict[str, int]) -> list[Any]:
    return [
        getattr(type(record), f"{name}_{resource}").add(amount)
        for resource, amount in amounts.items()
        for name in ("used", "over")
    ]


def _explain(transaction: Transaction, account_id: str, domains: Sequence[str], changes: dict[str, int]) -> None:
    def tell(would: Picture) -> None:
        account = Account.require(account_id)
        counted: list[tuple[dict[str, str], Counted]] = [({"account": account.name}, account)]
        counted += [({"domain": shown_path(path)}, Quota.of(path)) for path in domains]
        for whose, record in counted:
            for resource, change in changes.items():
                would.count(whose, resource, change, used=record.used(resource), limit=record.limit(resource))

    transaction.explain(tell)
