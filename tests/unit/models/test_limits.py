"""Limits: several creates and deletes at once against two counters of an account, each committed once, twice or never.

Every move is the library's: `limits.use` and `limits.give_back` in transactions with the thing that is counted, over real
conditional writes.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest

from javelin.contract.errors import ApiError, ConcurrentOperation, ResourceLimitExceeded
from javelin.data import limits
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.transaction import Transaction
from tests.unit.furnished.cloud import furnished_cloud
from tests.unit.models.explore import explore

LIMIT, MOST = 4, 2  # of what the things count together, and of the things
AMOUNTS = (1, 1, 2, 3)  # what each of the things counts
T = TypeVar("T")
names = itertools.count()


@dataclass(frozen=True)
class World:
    """What the account has used, how many things that is, and for each thing whether it exists; `tries` bounds how often
    one is made or deleted."""

    used: int = 0
    things: int = 0
    there: tuple[bool, ...] = (False,) * len(AMOUNTS)
    tries: tuple[int, ...] = (2,) * len(AMOUNTS)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    """The tables of accounts, and limits that are soon reached."""
    with furnished_cloud(), pytest.MonkeyPatch.context() as patches:
        patches.setitem(limits.DEFAULT_LIMITS, "volume", LIMIT)
        patches.setitem(limits.DEFAULT_LIMITS, "template", MOST)
        yield


@functools.cache
def made(used: int, things: int, there: bool, amount: int) -> tuple[int, int, bool, str]:
    """Make the thing: what is used then and by how many, whether it is there, and the error's name."""
    account, thing, transaction = *_put(used, things, there), Transaction()
    limits.use(transaction, account, volume=amount, template=1)
    transaction.claim(thing, account, ConcurrentOperation("It is there already."))
    return _committed(transaction, account, thing)


@functools.cache
def deleted(used: int, things: int, there: bool, amount: int) -> tuple[int, int, bool, str]:
    """Delete the thing, as often as the last step of a flow may run."""
    account, thing, transaction = *_put(used, things, there), Transaction()
    limits.give_back(transaction, account, volume=amount, template=1)
    transaction.delete(Claim(thing), Claim.name.exists())
    return _committed(transaction, account, thing)


def _put(used: int, things: int, there: bool) -> tuple[str, str]:
    number = next(names)
    account = Account(
        f"account-{number}", name="a", domain_id="d", domain_path="/d/", role_id="r", role_type="User", used_volume=used,
        used_template=things,
    )  # fmt: skip
    account.save()
    thing = f"volume/{number}"
    if there:
        Claim(thing, owner=account.id).save()
    return account.id, thing


def _committed(transaction: Transaction, account: str, thing: str) -> tuple[int, int, bool, str]:
    error = ""
    try:
        transaction.commit()
    except ApiError as refusal:
        error = type(refusal).__name__
    known = Account.require(account)
    return int(known.used_volume), int(known.used_template), Claim.owner_of(thing) is not None, error


def moves(world: World) -> Iterator[tuple[str, World]]:
    """Any thing is made or deleted, whether it is there or not: calls and steps are repeated."""
    for place, amount in enumerate(AMOUNTS):
        if not world.tries[place]:
            continue
        for label, does in (("make", made), ("delete", deleted)):
            used, things, there, error = does(world.used, world.things, world.there[place], amount)
            yield f"{label} {place} {error}", replace(
                world, used=used, things=things, there=_with(world.there, place, there),
                tries=_with(world.tries, place, world.tries[place] - 1),
            )  # fmt: skip


def _with(row: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*row[:place], value, *row[place + 1 :])


def wrong(before: World, label: str, after: World) -> str | None:
    """What must never be."""
    total = sum(amount for amount, there in zip(AMOUNTS, after.there, strict=True) if there)
    if after.used != total:
        return f"{after.used} are counted and {total} there"
    if after.things != sum(after.there):
        return f"{after.things} are counted and {sum(after.there)} there"
    if not 0 <= after.used <= LIMIT:
        return f"{after.used} of {LIMIT} are used"
    if not 0 <= after.things <= MOST:
        return f"there are {after.things} of {MOST}"
    room = before.used + AMOUNTS[int(label.split()[1])] <= LIMIT and before.things < MOST
    fits = label.startswith("make") and room
    if fits and ResourceLimitExceeded.__name__ in label:
        return "refused though there is room"
    return None


def test_no_order_passes_the_limit_or_falls_below_nothing() -> None:
    found = explore(World(), moves, wrong)
    assert {world.used for world in found.states} == set(range(LIMIT + 1))
    refusals = (made(LIMIT, 1, False, 1), made(2, MOST, False, 1), made(1, 1, True, 1), deleted(0, 0, False, 1))
    full, gone = ResourceLimitExceeded.__name__, ConcurrentOperation.__name__
    assert [refusal[-1] for refusal in refusals] == [full, full, gone, gone]


def test_the_model_sees_a_limit_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for known in (made, deleted):
        known.cache_clear()
    monkeypatch.setitem(limits.DEFAULT_LIMITS, "volume", LIMIT + 1)
    with pytest.raises(AssertionError, match=f"of {LIMIT} are used"):
        explore(World(), moves, wrong)
    for known in (made, deleted):
        known.cache_clear()
