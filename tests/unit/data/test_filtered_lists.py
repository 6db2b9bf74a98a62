"""Filtered lists find all that match and nothing else, and what they read does not grow with what does not match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest

from javelin.contract.caller import Caller
from javelin.data import reach
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.virtual_machine import VirtualMachine
from tests.flows import tables
from tests.flows.meter import metering
from tests.many import Needle, write_machines
from tests.unit.furnished.cloud import Furnished, furnished_cloud

FEW, MANY, HITS = 500, 5_000, 5
MOST_REQUESTS = 6
NEEDLE = Needle()
Json = dict[str, Any]
SCOPES = {"own": "user", "everything": "root"}


@dataclass
class Look:
    """What one list asked for: requests, items that queries went through, bytes that travelled."""

    requests: int = 0
    scanned: int = 0
    moved: int = 0


Looks = dict[int, dict[tuple[str, str], Look]]


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """One cloud for all tests of this file; it only grows."""
    with furnished_cloud() as cloud:
        yield cloud


@pytest.fixture(scope="module")
def grown(furnished: Furnished) -> Looks:
    """What every filter asked for, with few machines and with many, in both scopes. The hits are the same."""
    account = Account.require(furnished.callers["user"].account_id)
    seen = {}
    for size in (FEW, MANY):
        write_machines(account, new_id(), size if size == FEW else MANY - FEW, NEEDLE, HITS if size == FEW else 0)
        seen[size] = {
            (scope, filtered): look(furnished, furnished.callers[who], parameters)
            for scope, who in SCOPES.items()
            for filtered, parameters in NEEDLE.filters().items()
            if filtered != "pool" or who == "root"
        }
    return seen


def look(furnished: Furnished, caller: Caller, parameters: dict[str, str]) -> Look:
    """List once; what was found is checked, what was asked for is answered."""
    seen, ask = Look(), tables.call

    def listen(operation: str, request: Json, *, must: bool = True) -> Json:
        answer = ask(operation, request, must=must)
        seen.scanned += answer.get("ScannedCount", 0)
        return answer

    with patch.object(tables, "call", listen), metering(furnished) as meter:
        found = listed(furnished, caller, parameters)
    assert found["count"] == HITS
    assert len(found["virtualmachine"]) == HITS
    seen.requests, seen.moved = sum(meter.counts.values()), meter.moved
    return seen


def listed(furnished: Furnished, caller: Caller, parameters: dict[str, str]) -> Json:
    """What listVirtualMachines answers."""
    wire = {name.replace("[", "__").replace("].", "__"): value for name, value in parameters.items()}
    return furnished.cloud.call("listVirtualMachines", caller, listall="true", **wire)


@pytest.mark.parametrize("filtered", NEEDLE.filters())
@pytest.mark.parametrize("scope", SCOPES)
def test_a_filter_asks_as_often_in_a_larger_cloud(grown: Looks, scope: str, filtered: str) -> None:
    if (scope, filtered) not in grown[FEW]:
        pytest.skip("pools are for operators")
    few, many = grown[FEW][scope, filtered], grown[MANY][scope, filtered]
    assert many.requests <= few.requests + 1  # the account's directory has grown over one megabyte
    assert many.requests <= MOST_REQUESTS


@pytest.mark.parametrize("filtered", ["template", "offering", "user", "network", "pool", "tag"])
def test_a_relation_reads_what_it_finds(grown: Looks, filtered: str) -> None:
    few, many = grown[FEW]["everything", filtered], grown[MANY]["everything", filtered]
    assert many == few
    assert many.scanned == HITS


@pytest.mark.parametrize("scope", SCOPES)
def test_only_what_matches_travels(grown: Looks, scope: str) -> None:
    few, many = grown[FEW][scope, "name, a part of it"], grown[MANY][scope, "name, a part of it"]
    assert many.scanned > MANY
    assert many.moved < few.moved * 1.1


def test_what_a_walk_finds_and_what_the_indexes_find_is_the_same(
    furnished: Furnished, grown: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert grown
    root = furnished.callers["root"]
    every = {row.id: row for row in VirtualMachine.scan()}
    for filtered, parameters in NEEDLE.filters().items():
        found = [row["id"] for row in listed(furnished, root, parameters)["virtualmachine"]]
        assert found == sorted(key for key, row in every.items() if row.template_id == NEEDLE.template), filtered


def test_pages_of_a_filtered_list_make_the_whole(furnished: Furnished, grown: Looks) -> None:
    assert grown
    root = furnished.callers["root"]
    pages = [listed(furnished, root, {"name": "eedl", "page": str(page), "pagesize": "2"}) for page in (1, 2, 3)]
    ids = [row["id"] for page in pages for row in page["virtualmachine"]]
    assert ids == sorted(set(ids))
    assert len(ids) == HITS
    assert {page["count"] for page in pages} == {HITS}


@pytest.mark.parametrize("filtered", NEEDLE.filters())
def test_no_index_shows_what_belongs_to_others(furnished: Furnished, grown: Looks, filtered: str) -> None:
    assert grown
    for stranger in ("neighbour", "stranger"):
        parameters = {name: value for name, value in NEEDLE.filters()[filtered].items() if name != "storageid"}
        if parameters:
            assert listed(furnished, furnished.callers[stranger], parameters) == {}


@pytest.mark.parametrize("few", [0, 8])
@pytest.mark.parametrize("filtered", ["name, a part of it", "template", "tag"])
def test_a_domain_of_many_accounts_is_listed_by_its_path(
    furnished: Furnished, grown: Looks, monkeypatch: pytest.MonkeyPatch,
    filtered: str, few: int,
) -> None:  # fmt: skip
    assert grown
    monkeypatch.setattr(reach, "FEW", few)
    governs = furnished.callers["domainadmin"]
    assert listed(furnished, governs, NEEDLE.filters()[filtered])["count"] == HITS
    assert "stranger" not in {row["account"] for row in listed(furnished, governs, {})["virtualmachine"]}
