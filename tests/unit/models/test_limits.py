"""Limits: several creates and deletes at once against the counters of two accounts and of their domain, each committed
once, twice or never, while the domain's limit changes.

Every move is the library's: `limits.use`, `limits.give_back` and `limits.set_limit` in transactions with the thing that is
counted, over real conditional writes.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from javelin.contract.errors import ApiError, ConcurrentOperation, ResourceLimitExceeded
from javelin.data import limits
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction
from tests.unit.furnished.cloud import furnished_cloud
from tests.unit.models.explore import explore

LIMIT, MOST = 4, 2  # of what an account's things count together, and of its things
TOGETHER = (5, 2)  # the domain's limit at first, and as it is lowered
THINGS = ((0, 1), (0, 1), (0, 3), (1, 2), (1, 3))  # whose each is, and what it counts
OWNERS = 2
T = TypeVar("T")
Told = tuple[int, int, int, bool, str]
names = itertools.count()


@dataclass(frozen=True)
class World:
    """What each account has used and how many things that is, what the domain has, which of its limits holds, and for each
    thing whether it exists; `tries` bounds how often one is made or deleted, `changes` how often the limit changes."""

    used: tuple[int, ...] = (0,) * OWNERS
    things: tuple[int, ...] = (0,) * OWNERS
    together: int = 0
    limit: int = TOGETHER[0]
    there: tuple[bool, ...] = (False,) * len(THINGS)
    tries: tuple[int, ...] = (2,) * len(THINGS)
    changes: int = 1


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    """The tables of accounts."""
    with furnished_cloud():
        yield


@functools.cache
def made(used: int, things: int, together: int, limit: int, there: bool, amount: int) -> Told:
    """Make the thing: what the account and the domain use then, whether it is there, and the error's name."""
    account, thing, transaction = *_put(used, things, together, limit, there), Transaction()
    limits.use(transaction, account, volume=amount, template=1)
    transaction.claim(thing, account.id, ConcurrentOperation("It is there already."))
    return _committed(transaction, account, thing)


@functools.cache
def deleted(used: int, things: int, together: int, limit: int, there: bool, amount: int) -> Told:
    """Delete the thing, as often as the last step of a flow may run."""
    account, thing, transaction = *_put(used, things, together, limit, there), Transaction()
    limits.give_back(transaction, account, volume=amount, template=1)
    transaction.delete(Claim(thing), Claim.name.exists())
    return _committed(transaction, account, thing)


def _put(used: int, things: int, together: int, limit: int, there: bool) -> tuple[Account, str]:
    number = next(names)
    path = f"/d{number}/"
    account = Account(
        f"account-{number}", name="a", domain_id="d", domain_path=path, role_id="r", role_type="User", used_volume=used,
        used_template=things,
    )  # fmt: skip
    account.save()
    Quota(path, used_volume=together).save()
    limits.set_limit(lambda: Account.require(account.id), "volume", LIMIT)
    limits.set_limit(lambda: Account.require(account.id), "template", MOST)
    limits.set_limit(lambda: Quota.of(path), "volume", limit)
    thing = f"volume/{number}"
    if there:
        Claim(thing, owner=account.id).save()
    return account, thing


def _committed(transaction: Transaction, account: Account, thing: str) -> Told:
    error = ""
    try:
        transaction.commit()
    except ApiError as refusal:
        error = type(refusal).__name__
    known, domain = Account.require(account.id), Quota.of(account.domain_path)
    assert int(domain.over_volume) == domain.used("volume") - (domain.limit("volume") or 0)
    return known.used("volume"), known.used("template"), domain.used("volume"), Claim.owner_of(thing) is not None, error


def moves(world: World) -> Iterator[tuple[str, World]]:
    """Any thing is made or deleted, whether it is there or not: calls and steps are repeated. The limit changes."""
    for place, (owner, amount) in enumerate(THINGS):
        if not world.tries[place]:
            continue
        for label, does in (("make", made), ("delete", deleted)):
            used, things, together, there, error = does(
                world.used[owner], world.things[owner], world.together, world.limit, world.there[place], amount
            )
            yield f"{label} {place} {error}", replace(
                world, used=_with(world.used, owner, used), things=_with(world.things, owner, things), together=together,
                there=_with(world.there, place, there), tries=_with(world.tries, place, world.tries[place] - 1),
            )  # fmt: skip
    if world.changes:
        other = TOGETHER[1 - TOGETHER.index(world.limit)]
        yield f"limit {other}", replace(world, limit=other, changes=world.changes - 1)


def _with(row: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*row[:place], value, *row[place + 1 :])


def wrong(before: World, label: str, after: World) -> str | None:
    """What must never be."""
    for owner in range(OWNERS):
        there = [amount for (whose, amount), is_there in zip(THINGS, after.there, strict=True)
                 if is_there and whose == owner]  # fmt: skip
        if after.used[owner] != sum(there):
            return f"{after.used[owner]} are counted and {sum(there)} there"
        if after.things[owner] != len(there):
            return f"{after.things[owner]} are counted and {len(there)} there"
        if not 0 <= after.used[owner] <= LIMIT:
            return f"{after.used[owner]} of {LIMIT} are used"
        if not 0 <= after.things[owner] <= MOST:
            return f"there are {after.things[owner]} of {MOST}"
    if after.together != sum(after.used):
        return f"the domain counts {after.together}, its accounts {sum(after.used)}"
    if after.together > max(before.together, after.limit):
        return f"the domain came to use {after.together} of {after.limit}"
    if not label.startswith("make"):
        return None
    owner, amount = THINGS[int(label.split()[1])]
    room = (
        before.used[owner] + amount <= LIMIT
        and before.things[owner] < MOST
        and before.together + amount <= before.limit
    )
    if room and ResourceLimitExceeded.__name__ in label:
        return "refused though there is room"
    return None


def test_no_order_passes_the_limit_or_falls_below_nothing() -> None:
    found = explore(World(), moves, wrong)
    assert {world.used[0] for world in found.states} == set(range(LIMIT + 1))
    assert {world.together for world in found.states} == set(range(TOGETHER[0] + 1))
    assert any(world.together > world.limit for world in found.states), "a limit below what is used was never set"
    refusals = (
        made(LIMIT, 1, 4, 5, False, 1), made(2, MOST, 2, 5, False, 1), made(1, 1, 5, 5, False, 1), made(1, 1, 1, 5, True, 1),
        deleted(0, 0, 0, 5, False, 1),
    )  # fmt: skip
    full, gone = ResourceLimitExceeded.__name__, ConcurrentOperation.__name__
    assert [refusal[-1] for refusal in refusals] == [full, full, full, gone, gone]


def test_the_model_sees_a_limit_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    keep = limits.set_limit
    for known in (made, deleted):
        known.cache_clear()
    monkeypatch.setattr(limits, "set_limit", lambda load, resource, most: keep(load, resource, most + (most == LIMIT)))
    with pytest.raises(AssertionError, match=f"of {LIMIT} are used"):
        explore(World(), moves, wrong)
    for known in (made, deleted):
        known.cache_clear()


def test_nothing_is_counted_for_an_account_that_is_gone_or_being_deleted() -> None:
    account, _ = _put(0, 0, 0, 5, False)
    account.change(Account.closing.set(datetime.now(UTC)))
    for owner in (account, Account("nobody", domain_path=account.domain_path)):
        transaction = Transaction()
        limits.use(transaction, owner, volume=1)
        with pytest.raises(ResourceLimitExceeded):
            transaction.commit()
    assert Quota.of(account.domain_path).used("volume") == 0
    assert Account.find("nobody") is None
