"""Limits: what accounts, the domains above them and limited tags have, changed by conditional counters in the transaction
that creates or deletes.

No limit is read before: the item that counts knows its own, and how far it is from it (see records/counters.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from pynamodb.expressions.condition import Condition

from javelin.contract.errors import ConcurrentOperation, ResourceLimitExceeded
from javelin.contract.explaining import Picture
from javelin.contract.grants import Grant
from javelin.data import settings
from javelin.data.counters import RESOURCES, UNLIMITED, Counted, domains_of
from javelin.data.limited_tags import Tagged, limited_tags
from javelin.data.record import Change, Owned
from javelin.data.records.account import Account
from javelin.data.records.domain import shown_path
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction

COUNT: tuple[Grant, ...] = (Account.write, Quota.write)
ATTEMPTS = 8  # at giving a limit while what is used changes
INSTEAD = "delete something or ask for higher limits"
MOVING = "What is limited changes all the time; repeat the call."


class Owner(Protocol):
    """Whose things are counted: an account, a caller, or anything owned."""

    @property
    def account_id(self) -> str:
        """The account."""

    @property
    def account(self) -> str:
        """The account's name."""

    @property
    def domain_id(self) -> str:
        """The domain that it counts for, with those above: mostly the account's."""

    @property
    def domain_path(self) -> str:
        """Where that domain is in the tree."""


def use(
    transaction: Transaction, owner: Owner, also: Sequence[Change] = (), when: Condition | None = None,
    tagged: Tagged | None = None, **amounts: int,
) -> None:  # fmt: skip
    """Count resources as used by the account and the domains that it is in, and what of them is `tagged` by tag too.

    The transaction fails with ResourceLimitExceeded beyond a limit, and if the account is gone, being deleted or not as it
    was read. `also` is what else it changes of the account, and `when` what must hold for that: an item is written once
    in a transaction.
    """
    there = as_read(owner) if when is None else as_read(owner) & when
    also = [*also, *_noted(Account, tagged)]
    _add(transaction, Account(owner.account_id), amounts, there, also, ResourceLimitExceeded(
        f"The account's limits do not allow {_words(amounts)}, or it is being deleted or moved; {INSTEAD}."
    ))  # fmt: skip
    for path in domains_of(owner.domain_path):
        _add(transaction, Quota(path), amounts, None, _noted(Quota, tagged), ResourceLimitExceeded(
            f"The limits of domain {shown_path(path)} do not allow {_words(amounts)}; {INSTEAD}."
        ))  # fmt: skip
    if tagged:
        _use_tagged(transaction, owner, tagged)
    _explain(transaction, owner.account_id, domains_of(owner.domain_path), amounts, tagged)


def hand_over(
    transaction: Transaction, before: Account, after: Account, also: Sequence[Change] = (), **amounts: int
) -> None:
    """Count resources for another account of the same domain. `also` is what else changes of the account before.

    The transaction fails with ResourceLimitExceeded beyond the other's limit, and if that is gone or being deleted.
    """
    less = _less(amounts)
    transaction.update(Account(before.id), [*_changes(before, less), *also], Account.id.exists())
    _add(transaction, Account(after.id), amounts, open_account(), (), ResourceLimitExceeded(
        f"{_words(amounts)} would count for account {after.name}, whose limits do not allow it, or which is being deleted;"
        " ask for higher limits."
    ))  # fmt: skip
    _explain(transaction, before.id, [], less)
    _explain(transaction, after.id, [], amounts)


def give_back(transaction: Transaction, owner: Owner, tagged: Tagged | None = None, **amounts: int) -> None:
    """Count resources as no longer used. What counted them is in the domain that it was read to be in: see `in_place`."""
    less, domains = _less(amounts), domains_of(owner.domain_path)
    less_tagged = {tag: _less(of_tag) for tag, of_tag in (tagged or {}).items()}
    for record in (Account(owner.account_id), *map(Quota, domains)):
        transaction.update(record, _changes(record, less))
    for tag, of_tag in less_tagged.items():
        for scope in (owner.account_id, *domains):
            record = Quota(Quota.of_tag(scope, tag))
            transaction.update(record, _changes(record, of_tag))
    _explain(transaction, owner.account_id, domains, less, less_tagged)


def set_limit(load: Callable[[], Counted], resource: str, maximum: int | None) -> Counted:
    """Let what `load` reads have so much at most, or (None) as much as it likes; it may have more already.

    Raises ConcurrentOperation if what it uses changes all the time.
    """
    for _ in range(ATTEMPTS):
        record = load()
        changes, as_read = _limiting(record, resource, maximum)
        if isinstance(record, Account):
            as_read = as_read & Account.id.exists()
        if record.change(*changes, when=as_read):
            return record
    raise ConcurrentOperation(MOVING)


def set_limit_of_quota(begin: Callable[[], Transaction], scope: str, resource: str, maximum: int | None) -> None:
    """The same for what a domain may have, or something of a tag, in a transaction that begins with what it rests on."""
    for _ in range(ATTEMPTS):
        record, moved = Quota.of(scope), ConcurrentOperation(MOVING)
        transaction = begin()
        transaction.update(record, *_limiting(record, resource, maximum), moved)
        try:
            transaction.commit()
        except ConcurrentOperation as error:
            if error is not moved:
                raise
        else:
            return
    raise ConcurrentOperation(MOVING)


def open_account() -> Condition:
    """That the account is there, and stays."""
    there: Condition = Account.id.exists() & Account.closing.does_not_exist()
    return there


def as_read(owner: Owner) -> Condition:
    """That the account is there, stays, and has the name and the place that what is made for it notes."""
    where = (Account.domain_path == owner.domain_path) | (Account.domain_id != owner.domain_id)
    same: Condition = open_account() & (Account.name == owner.account) & where
    return same


def require_as_read(transaction: Transaction, owner: Owner) -> None:
    """Have what is not counted be made only for an account that is `as_read`."""
    transaction.check(Account, owner.account_id, as_read(owner), ConcurrentOperation(
        f"Account {owner.account} is being deleted, was moved or got another name just now; look again and repeat."
    ))  # fmt: skip


def in_place(record: Owned | PublicAddress) -> Condition:
    """That what no longer counts did so for the domains that it was read to count for: it may be moved meanwhile."""
    same: Condition = type(record).domain_path == record.domain_path
    return same


def defaults(kind: str) -> dict[str, int]:
    """What the record of a new "account", "domain" or "project" says of its limits, by the settings."""
    wanted = settings.limits_of(kind)
    made: dict[str, int] = {}
    for resource, limit in zip(wanted, settings.values(*wanted.values()), strict=True):
        if limit != UNLIMITED:
            most = limit * RESOURCES[resource].unit
            made |= {f"limit_{resource}": most, f"over_{resource}": -most}
    return made


def _use_tagged(transaction: Transaction, owner: Owner, tagged: Tagged) -> None:
    limited = limited_tags()
    whose = {owner.account_id: "the account"}
    whose |= {path: f"domain {shown_path(path)}" for path in domains_of(owner.domain_path)}
    for tag, amounts in tagged.items():
        for scope, name in whose.items():
            _add(transaction, Quota(Quota.of_tag(scope, tag)), amounts, None, (), ResourceLimitExceeded(
                f"The limits of {name} for the tag {tag} do not allow {_words(amounts)}; {INSTEAD}."
            ), limited.get(tag, ()))  # fmt: skip


def _noted(record: type[Counted], tagged: Tagged | None) -> list[Change]:
    return [record.tagged.add(set(tagged))] if tagged else []


def _limiting(record: Counted, resource: str, maximum: int | None) -> tuple[list[Change], Condition]:
    """What gives a record a limit, and that it uses what was read."""
    used, limit, over = (getattr(type(record), f"{name}_{resource}") for name in ("used", "limit", "over"))
    known = record.used(resource)
    as_read = used == known
    if known == 0:
        as_read = as_read | used.does_not_exist()
    return [limit.remove()] if maximum is None else [limit.set(maximum), over.set(known - maximum)], as_read


def _words(amounts: Mapping[str, int]) -> str:
    return ", ".join(f"{amount} more {RESOURCES[resource].words}" for resource, amount in amounts.items())


def _add(
    transaction: Transaction, record: Counted, amounts: Mapping[str, int], condition: Condition | None,
    also: Sequence[Change], error: ResourceLimitExceeded, limited: Collection[str] = tuple(RESOURCES),
) -> None:  # fmt: skip
    for resource, amount in amounts.items():
        if resource not in limited:
            continue
        limit, over = (getattr(type(record), f"{name}_{resource}") for name in ("limit", "over"))
        room = limit.does_not_exist() | (over <= -amount)
        condition = room if condition is None else condition & room
    transaction.update(record, [*_changes(record, amounts), *also], condition, error)


def _changes(record: Counted, amounts: Mapping[str, int]) -> list[Any]:
    return [
        getattr(type(record), f"{name}_{resource}").add(amount)
        for resource, amount in amounts.items()
        for name in ("used", "over")
    ]


def _less(amounts: Mapping[str, int]) -> dict[str, int]:
    return {resource: -amount for resource, amount in amounts.items()}


def _explain(
    transaction: Transaction, account_id: str, domains: Sequence[str], changes: Mapping[str, int],
    tagged: Tagged | None = None,
) -> None:  # fmt: skip
    def tell(would: Picture) -> None:
        account, by_tag = Account.require(account_id), tagged or {}
        counted: list[tuple[dict[str, str], str, Counted]] = [({"account": account.name}, account.id, account)]
        counted += [({"domain": shown_path(path)}, path, Quota.of(path)) for path in domains]
        for whose, scope, record in counted:
            _tell(would, whose, record, changes)
            for quota in Quota.of_tags(scope, by_tag):
                _tell(would, whose | {"tag": str(quota.tag)}, quota, by_tag[str(quota.tag)])

    transaction.explain(tell)


def _tell(would: Picture, whose: dict[str, str], record: Counted, changes: Mapping[str, int]) -> None:
    for resource, change in changes.items():
        would.count(whose, resource, change, used=record.used(resource), limit=record.limit(resource))
