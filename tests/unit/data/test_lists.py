"""Every way in which a list finds its rows gives what the filters' own tests give; nothing uncounted is passed over."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from javelin.contract.caller import Caller
from javelin.data import lists
from javelin.data.filters import Filters
from javelin.data.ids import new_id
from javelin.data.lists import Window, page_of
from javelin.data.reach import Reach
from javelin.data.records.event import Event
from javelin.data.records.network import Network
from javelin.data.records.sequence import issue
from javelin.data.transaction import Transaction
from tests.unit.furnished.cloud import Furnished, furnished_cloud

EVERYTHING, ALL = Reach(), Window(0, 500)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Make = Callable[[], Filters]

NETWORK_FILTERS: dict[str, Make] = {
    "name": lambda: Filters().equal("name", "Net-A"),
    "part of a name": lambda: Filters().contains("net-", "name", "display_text"),
    "in any case": lambda: Filters().word("state", "IMPLEMENTED"),
    "another state": lambda: Filters().outside("state", ("Destroy", "Shutdown")),
    "flag, as by default": lambda: Filters().equal("restart_required", False),
    "flag": lambda: Filters().equal("display", False),
    "one of": lambda: Filters().among("zone_id", ["z1", "z3"]),
    "one of none": lambda: Filters().among("zone_id", []),
    "absent": lambda: Filters().absent("shared"),
    "present": lambda: Filters().present("shared"),
    "equal or absent": lambda: Filters().equal("physical_network_id", "p1", absent=True),
    "related": lambda: Filters().related(Network.by_offering, "offering_id", "o1"),
    "related twice": lambda: Filters().related(Network.by_offering, "offering_id", "o1").equal("zone_id", "z1"),
    "not in any index": lambda: Filters().equal("cidr", "10.0.1.0/24").equal("zone_id", "z1"),
    "a test": lambda: Filters().add(lambda row: row.gateway.endswith("1")).equal("zone_id", "z1"),
    "nothing": lambda: Filters().nothing(True),
}
EVENT_FILTERS: dict[str, Make] = {
    "since": lambda: Filters().between("created", NOON, None),
    "until": lambda: Filters().between("created", None, NOON),
    "of a resource": lambda: Filters().related(Event.by_resource, "resource_id", "r1"),
    "kind of resource": lambda: Filters().word("resource_type", "VM"),
    "words": lambda: Filters().contains("STARTED", "type", "description"),
}


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """A cloud in which some accounts have networks and events of all sorts."""
    with furnished_cloud() as cloud:
        chance = random.Random(4)
        for name in ("user", "neighbour", "stranger"):
            for _ in range(20):
                _create(_network(cloud.callers[name], chance), _event(cloud.callers[name], chance))
        yield cloud


@pytest.fixture(params=["at once", "by the directory", "page by page"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How many candidates are taken as few."""
    chosen: str = request.param
    if chosen != "at once":
        monkeypatch.setattr(lists, "AT_ONCE", 3)
    if chosen == "page by page":
        monkeypatch.setattr(lists, "WALK", 6)
    return chosen


@pytest.mark.parametrize("named", NETWORK_FILTERS)
def test_networks_that_are_found_are_those_that_pass(furnished: Furnished, way: str, named: str) -> None:
    _compare(Network, NETWORK_FILTERS[named])


@pytest.mark.parametrize("named", EVENT_FILTERS)
def test_events_that_are_found_are_those_that_pass(furnished: Furnished, way: str, named: str) -> None:
    _compare(Event, EVENT_FILTERS[named])


@pytest.mark.parametrize("size", [1, 7])
def test_pages_make_the_whole_even_where_only_tests_decide(furnished: Furnished, way: str, size: int) -> None:
    make = NETWORK_FILTERS["a test"]
    expected = sorted(row.id for row in Network.scan() if make().passes(row))
    found: list[str] = []
    while rows := page_of(Network, EVERYTHING, Window(len(found), size), make())[0]:
        found += [row.id for row in rows]
    assert found == expected


def test_a_domain_with_no_account_has_nothing(furnished: Furnished) -> None:
    assert page_of(Network, Reach(()), ALL, Filters()) == ([], 0)
    assert page_of(Network, Reach(()), ALL, Filters().equal("zone_id", "z1")) == ([], 0)


def test_what_is_not_counted_yet_is_not_passed_over(furnished: Furnished) -> None:
    first, second = furnished.cloud.caller("first"), furnished.cloud.caller("second")
    chance = random.Random(1)
    made = [_network(caller, chance) for caller in (first, second)]
    for network in made:
        _create(network)
    rows, count = page_of(Network, Reach((first.account_id, second.account_id)), ALL, Filters())
    assert [row.id for row in rows] == [network.id for network in made]
    assert count == 2


def test_a_history_of_empty_buckets_is_not_gone_through(furnished: Furnished, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = furnished.cloud.caller("old")
    early, late = _network(owner, random.Random(1)), _network(owner, random.Random(2))
    _create(early)
    issue(owner.account_id, {"Network": 1_000_000})
    _create(late)
    monkeypatch.setattr(lists, "_bucket", lambda *_: pytest.fail("a bucket was read"))
    own = Reach((owner.account_id,))
    rows, count = page_of(Network, own, ALL, Filters())
    assert [row.id for row in rows] == [early.id, late.id]
    assert count == 2
    newest, _ = page_of(Network, own, Window(0, 1), Filters(), newest_first=True)
    assert [row.id for row in newest] == [late.id]


def _compare(record: type[Network] | type[Event], make: Make) -> None:
    every = list(record.scan())
    accounts = {row.account_id for row in every}
    reaches = [EVERYTHING, Reach(path="/own/"), Reach(path="/own/", below=False), Reach(tuple(accounts)[:1])]
    for reach in reaches:
        inside = [row for row in every if reach.accounts is None or row.account_id in reach.accounts]
        expected = sorted(row.id for row in inside if reach.filters().passes(row) and make().passes(row))
        rows, count = page_of(record, reach, ALL, make())
        assert [row.id for row in rows] == expected
        assert count == len(expected)


def _create(*records: Network | Event) -> None:
    transaction = Transaction()
    for record in records:
        transaction.create(record)
    transaction.commit()


def _network(owner: Caller, chance: random.Random) -> Network:
    return Network(
        new_id(), account_id=owner.account_id, account=owner.account, domain_id=owner.domain_id,
        domain_path=owner.domain_path, name=chance.choice(["Net-A", "net-a", "other"]),
        display_text=chance.choice(["", "A NET-work"]), zone_id=chance.choice(["z1", "z2", "z3"]), zone_name="z",
        state=chance.choice(["Allocated", "Implemented", "Shutdown", "Destroy"]),
        offering_id=chance.choice(["o1", "o2"]), cidr=chance.choice(["10.0.1.0/24", "10.0.2.0/24"]),
        gateway=chance.choice(["10.0.1.1", "10.0.2.2"]), netmask="255.255.255.0",
        physical_network_id=chance.choice([None, "p1", "p2"]), shared=chance.choice([None, "shared"]),
        display=chance.choice([True, False]), restart_required=chance.choice([True, False]),
    )  # fmt: skip


def _event(owner: Caller, chance: random.Random) -> Event:
    return Event(
        new_id(), account_id=owner.account_id, account=owner.account, domain_id=owner.domain_id,
        domain_path=owner.domain_path, type=chance.choice(["VM.START", "VM.STOP"]), level="INFO", state="Completed",
        description=chance.choice(["Started it", "stopped it"]), resource_type=chance.choice(["Vm", "Volume", ""]),
        resource_id=chance.choice([None, "r1", "r2"]), created=NOON + timedelta(hours=chance.randrange(-3, 4)),
        expires=1,
    )  # fmt: skip
