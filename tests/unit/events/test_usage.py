"""Usage: what the streams tell becomes records of days; listUsageRecords, listUsageTypes and what makes and forgets them."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.events._metering import make_day
from functions.events.actions import generate_usage
from javelin.contract.caller import Caller
from javelin.data.records.usage_mark import UsageMark, UsageMeter
from javelin.data.records.usage_record import UsageDay, UsageRecord
from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Cloud, Context, Refused
from tests.unit.events.metered import DAY, HOUR, START, Story, guest, keep, others

LATER = DAY + timedelta(days=3, hours=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock, at first to three days after the day that is looked at."""

    def turn(moment: datetime) -> None:
        monkeypatch.setattr(time, "time", moment.timestamp)

    turn(LATER)
    return turn


def made(day: datetime = DAY, now: datetime = LATER) -> dict[int, list[float]]:
    """The hours of a day by type of usage."""
    make_day(day.date(), now)
    hours: dict[int, list[float]] = defaultdict(list)
    for row in UsageRecord.scan():
        if row.day == day.date().isoformat():
            hours[int(row.usage_type)].append(int(row.seconds) / HOUR)
    return dict(hours)


def listed(cloud: Cloud, caller: Caller | None = None, **asked: Any) -> list[dict[str, Any]]:
    given = {"startdate": "2026-03-01", "enddate": "2026-03-31"} | asked
    rows: list[dict[str, Any]] = cloud.call("listUsageRecords", caller, **given).get("usagerecord", [])
    return rows


def test_a_guest_runs_for_some_hours_and_is_there_for_more(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(2 * HOUR, state="Starting")
    story.change(3 * HOUR, state="Running")
    story.change(5 * HOUR, state="Stopping")
    story.change(6 * HOUR, state="Stopped")
    story.change(8 * HOUR, state="Running")
    story.change(9 * HOUR, state="Stopped")
    story.change(20 * HOUR, state="Destroyed")
    story.goes(30 * HOUR)
    keep(story)
    assert made() == {1: [4.0], 2: [18.0]}
    assert made(DAY + timedelta(days=1)) == {}


def test_one_that_goes_on_is_used_every_day(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(-50 * HOUR, state="Running")
    keep(story)
    for days in (-2, -1, 0, 1):
        assert made(DAY + timedelta(days=days)) == {1: [24.0], 2: [24.0]}
    assert made(DAY - timedelta(days=3)) == {1: [2.0], 2: [2.0]}
    assert made(LATER, LATER + timedelta(hours=6)) == {1: [7.0], 2: [7.0]}


def test_every_kind_is_metered(cloud: Cloud, at: Any) -> None:
    for number, story, used, gone in others(cloud.root):
        story.change(HOUR, **used)
        story.change(4 * HOUR, **gone)
        keep(story)
        assert made()[number] == [3.0], number
    sizes = {row["usagetype"]: (row.get("size"), row.get("virtualsize")) for row in listed(cloud)}
    assert sizes == {3: (None, None), 6: (2**30, None), 7: (2**30, 2**31), 8: (2**30, 2**31), 30: (None, None)}


def test_what_changes_has_a_record_for_each_of_what_it_was(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(0, state="Running")
    story.change(10 * HOUR, display_name="renamed")
    story.change(12 * HOUR, offering_id="large", cpus=4)
    keep(story)
    make_day(DAY.date(), LATER)
    rows = listed(cloud, type="1")
    assert sorted((row["offeringid"], row["cpunumber"], row["rawusage"]) for row in rows) == [
        ("large", 4, "12.00000000"), ("small", 1, "12.00000000"),
    ]  # fmt: skip
    assert {row["name"] for row in rows} == {"renamed"}


def test_what_is_told_later_puts_the_day_right(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(HOUR, state="Running")
    story.change(3 * HOUR, state="Stopped")
    keep(Story(story.record, story.told[:1]))
    assert generate_usage.handler({}, Context()) == {"2026-03-12": 2}
    assert made() == {1: [23.0], 2: [23.0]}
    assert generate_usage.handler({}, Context()) == {"2026-03-11": 2}, "the day between, which was left out"
    keep(story)
    assert UsageDay.require("2026-03-10").state == "Due"
    assert generate_usage.handler({}, Context()) == {"2026-03-10": 2, "2026-03-11": 1, "2026-03-12": 1}
    assert generate_usage.handler({}, Context()) == {}
    hours = {(row["startdate"][:10], row["usagetype"]): row["rawusage"][:5] for row in listed(cloud)}
    assert hours == {("2026-03-10", 1): "2.000", ("2026-03-10", 2): "23.00", ("2026-03-11", 2): "24.00",
                     ("2026-03-12", 2): "24.00"}  # fmt: skip


def test_days_are_made_once_they_are_over_and_none_is_left_out(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(0, state="Running")
    keep(story)
    at(DAY + timedelta(days=1, minutes=5))
    assert generate_usage.handler({}, Context()) == {"2026-03-09": 0}, "the streams may still tell of the day"
    at(DAY + timedelta(days=1, minutes=20))
    assert generate_usage.handler({}, Context()) == {"2026-03-10": 2}
    at(DAY + timedelta(days=4, hours=1))
    assert list(generate_usage.handler({}, Context())) == ["2026-03-11", "2026-03-12", "2026-03-13"]


@pytest.mark.parametrize("seed", range(12))
def test_any_order_and_any_repeats_give_the_hours_of_a_naive_model(cloud: Cloud, at: Any, seed: int) -> None:
    """Starts, stops, destructions and returns at any seconds, some within one; told in pieces, shuffled and doubled."""
    chance = random.Random(seed)
    stories = [guest(cloud.root, offering_id=f"o{number}") for number in range(3)]
    running: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for story in stories:
        moments = sorted(chance.randrange(-30 * HOUR, 40 * HOUR) for _ in range(chance.randrange(1, 9)))
        moments += moments[-1:] * chance.randrange(2)  # two changes within a second
        states = [chance.choice(["Running", "Stopped", "Destroyed", "Stopping", "Starting"]) for _ in moments]
        for moment, state in zip(moments, states, strict=True):
            story.change(moment, state=state)
        if chance.random() < 0.4:
            story.goes(moments[-1] + chance.randrange(2) * HOUR)
            moments.append(int(story.told[-1]["dynamodb"]["ApproximateCreationDateTime"]) - START)
            states.append("gone")
        for moment, state, until in zip(moments, states, [*moments[1:], 99 * HOUR], strict=True):
            seconds = max(min(until, 24 * HOUR) - max(moment, 0), 0)
            running[story.record.offering_id] += seconds * (state in ("Running", "Stopping"))
            there[story.record.offering_id] += seconds * (state not in ("Destroyed", "gone"))
    told = [one for story in stories for one in story.told]
    told += chance.sample(told, len(told) // 2)
    chance.shuffle(told)
    while told:
        size = chance.randrange(1, 6)
        keep(Story(None, told[:size]))
        told = told[size:]
    make_day(DAY.date(), LATER)
    found = {(int(row.usage_type), row.offering_id): int(row.seconds) for row in UsageRecord.scan()}
    wanted = {(1, key): value for key, value in running.items()} | {(2, key): value for key, value in there.items()}
    assert found == {key: value for key, value in wanted.items() if value}


def test_a_meter_that_is_not_in_use_goes_once_nothing_late_can_change_it(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(0, state="Running")
    story.change(2 * HOUR, state="Stopped")
    story.change(3 * HOUR, state="Running")
    story.goes(5 * HOUR)
    expires: list[set[int | None]] = []
    for told in (story.told[:1], story.told[:2], story.told[2:3], story.told[3:], story.told[:3]):
        keep(Story(None, told))
        expires.append({one.expires and int(one.expires) for one in UsageMeter.scan()})
    gone = int(LATER.timestamp()) + 32 * 24 * HOUR
    assert expires == [{None}, {None, gone}, {None}, {gone}, {gone}]
    assert list(generate_usage.handler({}, Context())) == ["2026-03-12"]
    for meter in UsageMeter.scan():
        meter.delete()  # as DynamoDB does with what expires
    assert made() == {1: [4.0], 2: [5.0]}


def test_lists_are_for_those_who_govern(cloud: Cloud, at: Any) -> None:
    domain = cloud.domain("a")
    ada, governor = cloud.caller("ada", domain), cloud.caller("gov", domain, "DomainAdmin")
    eve = cloud.caller("eve", cloud.domain("b"), "DomainAdmin")
    for owner in (ada, cloud.root):
        story = guest(owner)
        story.change(0, state="Running")
        keep(story)
    make_day(DAY.date(), LATER)
    assert sorted({row["account"] for row in listed(cloud)}) == ["ada", "admin"]
    assert {row["account"] for row in listed(cloud, governor)} == {"ada"}
    assert listed(cloud, eve) == []
    assert len(listed(cloud, account="ada", domainid=domain.id)) == 2
    assert len(listed(cloud, accountid=ada.account_id, type="2")) == 1
    with pytest.raises(Refused, match="Unable to find account"):
        listed(cloud, eve, accountid=ada.account_id)
    with pytest.raises(Refused, match="not two of them"):
        listed(cloud, accountid=ada.account_id, account="ada")


def test_lists_are_filtered(cloud: Cloud, at: Any) -> None:
    one, two = guest(cloud.root), guest(cloud.root, display_name="DB")
    for story in (one, two):
        story.change(0, state="Running")
        keep(story)
    for days in (0, 1):
        make_day((DAY + timedelta(days=days)).date(), LATER)
    assert len(listed(cloud)) == 8
    assert len(listed(cloud, enddate="2026-03-10")) == 4
    assert len(listed(cloud, startdate="2026-03-11")) == 4
    assert {row["usageid"] for row in listed(cloud, usageid=two.record.id)} == {two.record.id}
    assert {row["name"] for row in listed(cloud, keyword="db")} == {"DB"}
    assert len(listed(cloud, type="1", page="2", pagesize="3")) == 1
    assert [row["startdate"][:10] for row in listed(cloud, type="1", usageid=one.record.id)] == [
        "2026-03-10",
        "2026-03-11",
    ]
    shown = listed(cloud, type="1", usageid=one.record.id)[0]
    assert (shown["usage"], shown["virtualmachineid"], shown["memory"]) == ("24.00 Hrs", one.record.id, 256)
    with pytest.raises(Refused, match="after enddate"):
        listed(cloud, startdate="2026-04-01")
    with pytest.raises(Refused, match="no usage of type 99"):
        listed(cloud, type="99")


def test_tags_are_shown_when_they_are_asked_for(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(0, state="Running", tags=[{"key": "team", "value": "red"}])
    keep(story)
    make_day(DAY.date(), LATER)
    assert "tags" not in listed(cloud, type="1")[0]
    assert "tags" not in listed(cloud, type="1", includetags="true")[0], "it is gone"
    VirtualMachine(**{name: value for name, value in story.record.attribute_values.items() if name != "version"}).save()
    (tag,) = listed(cloud, type="1", includetags="true")[0]["tags"]
    assert (tag["key"], tag["value"], tag["resourcetype"]) == ("team", "red", "UserVm")


def test_records_are_made_when_an_operator_asks(cloud: Cloud, at: Any) -> None:
    story = guest(cloud.root)
    story.change(0, state="Running")
    keep(story)
    at(DAY + timedelta(hours=6))
    assert cloud.call("generateUsageRecords")["displaytext"] == "2 records of 2 days are made."
    assert [row["rawusage"] for row in listed(cloud, type="1")] == ["6.00000000"]
    at(DAY + timedelta(days=1, hours=6))
    cloud.call("generateUsageRecords", startdate="2026-03-10", enddate="2026-03-10")
    assert [row["rawusage"] for row in listed(cloud, type="1")] == ["24.00000000"]
    for wrong in (
        {"startdate": "2026-03-10"}, {"startdate": "2026-03-10", "enddate": "2026-03-09"},
        {"startdate": "2026-01-01", "enddate": "2026-01-02"}, {"startdate": "2026-03-12", "enddate": "2026-03-13"},
        {"domainid": cloud.root.domain_id},
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            cloud.call("generateUsageRecords", **wrong)
        assert refused.value.code == 431
    assert len(listed(cloud)) == 2


def test_days_that_do_not_fit_into_a_call_are_left_to_the_clock(cloud: Cloud, at: Any, monkeypatch: Any) -> None:
    story = guest(cloud.root)
    story.change(-24 * HOUR, state="Running")
    keep(story)
    seconds = iter(range(0, 1000, 10))
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    told = cloud.call("generateUsageRecords", startdate="2026-03-09", enddate="2026-03-12")["displaytext"]
    assert "the other" in told
    assert list(generate_usage.handler({}, Context())) == [f"2026-03-{day}" for day in ("10", "11", "12")]
    assert len(listed(cloud, type="1")) == 4


def test_what_is_old_is_forgotten_and_what_still_counts_is_not(cloud: Cloud, at: Any) -> None:
    gone, goes_on = guest(cloud.root), guest(cloud.root)
    gone.change(0, state="Running")
    gone.change(HOUR, state="Destroyed")
    goes_on.change(0, state="Stopped")
    goes_on.change(HOUR, state="Running")
    keep(gone, goes_on)
    make_day(DAY.date(), LATER)
    for wrong in ("31", "-1", "40000"):
        with pytest.raises(Refused, match="interval must be"):
            cloud.call("removeRawUsageRecords", interval=wrong)
    cloud.call("removeRawUsageRecords", interval="60")
    assert len(listed(cloud)) == 4
    at(DAY + timedelta(days=50))
    cloud.call("removeRawUsageRecords", interval="40")
    assert listed(cloud) == []
    assert {mark.meter.split("#")[1] for mark in UsageMark.scan()} == {goes_on.record.id}
    later = DAY + timedelta(days=49)
    assert made(later, datetime.fromtimestamp(time.time(), UTC)) == {1: [24.0], 2: [24.0]}


def test_types_are_those_that_are_metered(cloud: Cloud) -> None:
    rows = cloud.call("listUsageTypes")["usagetype"]
    assert [row["id"] for row in rows] == [1, 2, 3, 6, 7, 8, 30]
    assert rows[0]["name"] == "RUNNING_VM"
