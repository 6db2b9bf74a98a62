"""Every list against a naive model: what filters, keywords, tags, pages and scopes leave of all rows, in their order."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.cloud import handlers
from tests.unit.data import crowd, naive, scopes
from tests.unit.data.naive import Asking
from tests.unit.furnished.cloud import KIN, TENANTS, Furnished, furnished_cloud
from tests.unit.furnished.requests import Learner
from tests.unit.furnished.samples import sample_id

LISTS = sorted(name for name, one in handlers().items() if name.startswith("list") and one.roles)
JUDGED = [name for name in LISTS if name not in naive.NO_LISTS]
CALLERS = {"Admin": "root", "DomainAdmin": "domainadmin", "User": "user"}
ROUNDS = 8


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    """One crowd for all, and what its lists need to be asked."""
    with furnished_cloud(TENANTS | KIN) as cloud:
        crowd.gather(cloud, random.Random(4))
        yield Learner(cloud)


@pytest.fixture(scope="module")
def furnished(learner: Learner) -> Furnished:
    """The crowd."""
    return learner.furnished


def asking(chance: random.Random, command: str, learner: Learner) -> Asking:
    """Somebody who may ask, for its own or for all that it may see."""
    operation = handlers()[command]
    caller = chance.choice([name for role, name in CALLERS.items() if role in operation.roles])
    needed = learner.known(command, caller, caller)
    assert needed is not None, f"{command} needs what is not known: tell it in tests/unit/furnished/requests.py"
    if chance.random() < 0.3:
        needed = {name: value for name, value in needed.items() if name != "listall"}
    return Asking(command, caller, tuple(needed.items()))


@pytest.mark.parametrize("command", JUDGED)
def test_filters_keep_what_they_say(furnished: Furnished, learner: Learner, command: str) -> None:
    chance = random.Random(command)
    for _ in range(ROUNDS):
        asked = asking(chance, command, learner)
        every, total = asked.rows(furnished)
        assert total == len(every)
        wanted = naive.wish(chance, command, every)
        kept = [row for row in every if all(naive.passes(row, command, *one) for one in wanted.items())]
        found, count = asked.rows(furnished, **wanted)
        assert (naive.same(found), count) == (naive.same(kept), len(kept)), f"{asked} with {wanted}"


@pytest.mark.parametrize("command", [one for one in JUDGED if "keyword" in handlers()[one].request.model_fields])
def test_a_keyword_is_found_in_any_case(furnished: Furnished, learner: Learner, command: str) -> None:
    chance = random.Random(command)
    asked = asking(chance, command, learner)
    every, _ = asked.rows(furnished)
    for keyword in ("ALPHA", "ta-", "ray-2", "nothing has this"):
        kept = [row for row in every if naive.holds(row, command, keyword)]
        found, count = asked.rows(furnished, keyword=keyword)
        assert (naive.same(found), count) == (naive.same(kept), len(kept)), keyword


@pytest.mark.parametrize("command", [one for one in JUDGED if "page" in handlers()[one].request.model_fields])
def test_pages_are_slices(furnished: Furnished, learner: Learner, command: str) -> None:
    chance = random.Random(command)
    for _ in range(2):
        asked = asking(chance, command, learner)
        wanted = chance.choice(({}, naive.wish(chance, command, asked.rows(furnished)[0])))
        every, total = asked.rows(furnished, **wanted)
        size = chance.randint(1, 5)
        for page in (1, 2, total // size + 1, total // size + 7):
            found, count = asked.rows(furnished, page=str(page), pagesize=str(size), **wanted)
            first = (page - 1) * size
            assert naive.same(found) == naive.same(every[first : first + size]), (page, size, wanted)
            assert count == total


@pytest.mark.parametrize("command", [one for one in JUDGED if naive.takes_tags(one)])
def test_tags_are_what_rows_bear(furnished: Furnished, learner: Learner, command: str) -> None:
    asked = asking(random.Random(1), command, learner)
    every, _ = asked.rows(furnished)
    for tag in ({"key": "colour", "value": "red"}, {"key": "colour"}, {"key": "colour", "value": "green"}):
        kept = [row for row in every if any(tag.items() <= one.items() for one in row.get("tags", []))]
        found, count = asked.rows(furnished, **{f"tags[0].{name}": value for name, value in tag.items()})
        assert (naive.same(found), count) == (naive.same(kept), len(kept)), tag


@pytest.mark.parametrize("command", scopes.LISTED)
def test_a_scope_holds_whose_it_says(furnished: Furnished, command: str) -> None:
    chance, every = random.Random(command), list(scopes.LISTED[command].scan())
    for _ in range(3 * ROUNDS):
        caller = chance.choice(scopes.CALLERS)
        asked, rule = scopes.scope(chance, furnished, caller)
        found, count = Asking(command, caller).rows(furnished, **asked)
        kept = sorted(row.id for row in every if rule(row))
        assert (sorted(row.get("id") or row["jobid"] for row in found), count) == (kept, len(kept)), (caller, asked)


@pytest.mark.parametrize("command", [one for one in JUDGED if "ids" in handlers()[one].request.model_fields])
def test_ids_are_what_is_shown(furnished: Furnished, learner: Learner, command: str) -> None:
    asked = asking(random.Random(2), command, learner)
    every = [row["id"] for row in asked.rows(furnished)[0]]
    wanted = [*every[:3], sample_id("VirtualMachine", "nobody"), every[0]]
    found, count = asked.rows(furnished, ids=",".join(wanted))
    assert ([row["id"] for row in found], count) == (every[:3], len(every[:3]))
    refused = furnished.call(command, asked.caller, {**dict(asked.scope), "ids": every[0], "id": every[0]})
    assert refused["error"]["code"] == 431, "either the one or the other"


def test_every_list_is_judged_or_is_none() -> None:
    assert set(naive.NO_LISTS) <= set(LISTS), "take out what is no list any more"
    idle = [one for one in naive.UNJUDGED if one.split(" ")[0].startswith("list") and one.split(" ")[0] not in LISTS]
    assert idle == []
