"""archiveEvents and deleteEvents: whose events, which of them, how many at once; and listEvents' archive."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from functions.events import _selection
from javelin.contract.caller import Caller
from javelin.data.records.archived_event import ArchivedEvent
from javelin.data.records.event import Event
from tests.cloud import Cloud, Refused
from tests.unit.events.test_event_log import deliver, happened, types


def told(caller: Caller, *kinds: str, day: int = 2) -> list[str]:
    events = [happened(caller, type=kind, at=datetime(2026, 1, day, 18, tzinfo=UTC)) for kind in kinds]
    deliver(*events)
    return [event.id for event in events]


def test_archived_events_are_in_the_archive_as_they_were(cloud: Cloud) -> None:
    first, second = told(cloud.root, "VM.START", "VM.STOP")
    before = cloud.call("listEvents", id=first)["event"][0]
    assert cloud.call("archiveEvents", ids=first) == {"success": True}
    assert types(cloud) == ["VM.STOP"]
    assert cloud.call("listEvents", archived="true")["event"] == [before | {"archived": True}]
    assert Event.find(first) is None
    assert ArchivedEvent.require(first).expires == Event.require(second).expires


def test_deleted_events_are_gone_archived_or_not(cloud: Cloud) -> None:
    first, second, third = told(cloud.root, "VM.START", "VM.STOP", "VM.REBOOT")
    cloud.call("archiveEvents", ids=first)
    assert cloud.call("deleteEvents", ids=f"{first},{second}") == {"success": True}
    assert (types(cloud), types(cloud, archived="true")) == (["VM.REBOOT"], [])
    with pytest.raises(Refused, match="431"):
        cloud.call("deleteEvents", ids=f"{third},{first}")
    assert types(cloud) == ["VM.REBOOT"], "nothing is half done"


@pytest.mark.parametrize("command", ["archiveEvents", "deleteEvents"])
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"type": "vm.start"}, ["VM.STOP", "VM.STOP"]),
        ({"startdate": "2026-01-03"}, ["VM.STOP", "VM.START"]),
        ({"enddate": "2026-01-02"}, ["VM.STOP"]),
        ({"enddate": "2026-01-02T17:00:00+0000"}, ["VM.STOP", "VM.STOP", "VM.START"]),
        ({"type": "VM.STOP", "enddate": "2026-01-02"}, ["VM.STOP", "VM.START"]),
    ],
)
def test_they_are_chosen_by_type_and_time(cloud: Cloud, command: str, given: dict[str, str], left: list[str]) -> None:
    told(cloud.root, "VM.START", "VM.STOP")
    told(cloud.root, "VM.STOP", day=4)
    cloud.call(command, **given)
    assert types(cloud) == left


@pytest.mark.parametrize("command", ["archiveEvents", "deleteEvents"])
def test_whoever_asks_for_nothing_is_refused(cloud: Cloud, command: str) -> None:
    with pytest.raises(Refused, match="Say which events"):
        cloud.call(command)


@pytest.mark.parametrize("command", ["archiveEvents", "deleteEvents"])
def test_what_belongs_to_others_stays(cloud: Cloud, command: str) -> None:
    ada, eve = cloud.caller("ada"), cloud.caller("eve")
    (hers,) = told(ada, "VM.START")
    with pytest.raises(Refused, match="431"):
        cloud.call(command, eve, ids=hers)
    assert cloud.call(command, eve, type="VM.START") == {"success": True}
    assert types(cloud, ada) == ["VM.START"]


def test_an_administrator_of_a_domain_reaches_all_of_it_and_no_other(cloud: Cloud) -> None:
    home, other = cloud.domain("home"), cloud.domain("other")
    admin = cloud.caller("boss", home, "DomainAdmin")
    told(cloud.caller("ada", home), "VM.START")
    told(cloud.caller("eve", other), "VM.START")
    cloud.call("deleteEvents", admin, type="VM.START")
    assert [row["domain"] for row in cloud.call("listEvents", listall="true")["event"]] == ["other"]


def test_a_call_does_the_oldest_that_it_can_and_says_so(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_selection, "MOST", 3)
    monkeypatch.setattr(_selection, "TOGETHER", 2)
    ids = told(cloud.root, *["VM.START"] * 4)
    cloud.call("archiveEvents", ids=ids[1])
    assert cloud.call("deleteEvents", type="VM.START") == {
        "success": True, "displaytext": "3 of 4 events were deleted, the oldest; call again for the others.",
    }  # fmt: skip
    assert [row["id"] for row in cloud.call("listEvents")["event"]] == [ids[3]]
    assert types(cloud, archived="true") == []
