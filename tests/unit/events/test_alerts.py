"""Alerts: which events become one, how often, and what operators do with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.events import _alerts
from functions.events.actions.make_alerts import SOURCE, TOLD, run
from javelin.data.records.alert import Alert
from javelin.discovery.names import ALARM_TOPIC
from javelin.messaging.events import of_cloud
from tests.cloud import Cloud, Refused
from tests.unit.events.test_event_log import happened

AT = datetime(2026, 1, 2, 12, 10, tzinfo=UTC)


def warn(
    text: str = "h is down", kind: str = "HOST.DOWN", about: str = "h", at: datetime = AT, level: Any = "ERROR"
) -> None:
    told = of_cloud(kind, text, resource_type="Host", resource_id=about, level=level)
    assert run([told.model_copy(update={"at": at}).model_dump_json()]) == []


def alerts(cloud: Cloud, **filters: str) -> list[str]:
    return [row["description"] for row in cloud.call("listAlerts", **filters).get("alert", [])]


def test_what_the_cloud_warns_of_is_an_alert_newest_first(cloud: Cloud) -> None:
    warn()
    warn("numbers were wrong", "OPERATION.RECONCILE", at=AT + timedelta(hours=2), level="WARN")
    newer, older = cloud.call("listAlerts")["alert"]
    assert (newer["type"], newer["name"], newer["description"]) == (14, "OPERATION.RECONCILE", "numbers were wrong")
    assert (older["type"], older["name"], older["sent"]) == (7, "HOST.DOWN", "2026-01-02T12:10:00+0000")
    assert Alert.require(older["id"]).expires == int(AT.timestamp()) + 90 * 86400


def test_the_same_is_said_once_in_an_hour(cloud: Cloud) -> None:
    warn()
    warn(at=AT + timedelta(minutes=40))
    warn(about="other host")
    warn("h is still down")
    assert len(alerts(cloud)) == 3
    warn(at=AT + timedelta(hours=1))
    assert alerts(cloud)[0] == "h is down"
    assert len(alerts(cloud)) == 4


def test_what_is_no_alert(cloud: Cloud) -> None:
    warn(level="INFO")
    assert run([happened(cloud.root, type="HOST.ALERT", level="ERROR").model_dump_json()]) == []
    assert run([happened(cloud.caller("ada"), type="HOST.DOWN", level="ERROR").model_dump_json()]) == []
    assert (
        run([of_cloud("VM.STOP", "it crashed", resource_type="", resource_id="", level="ERROR").model_dump_json()])
        == []
    )
    assert alerts(cloud) == []
    assert SOURCE.events == {"type": sorted(TOLD), "level": ["WARN", "ERROR"]}


def alarm(subject: str, message: str, topic: str = ALARM_TOPIC, at: datetime = AT) -> str:
    """A message of a topic, as SNS puts it into a queue."""
    return json.dumps({
        "Type": "Notification", "TopicArn": f"arn:aws:sns:us-east-1:123456789012:{topic}", "Subject": subject,
        "Message": message, "Timestamp": at.isoformat().replace("+00:00", "Z"),
    })  # fmt: skip


def test_alarms_are_alerts_once_an_hour(cloud: Cloud) -> None:
    stuck = alarm("Job j (deployVirtualMachine) is stuck", "VirtualMachine v: nobody answers")
    watched = alarm(
        'ALARM: "DeadLetters"', json.dumps({"AlarmDescription": "Messages wait.", "NewStateValue": "ALARM"})
    )
    later = alarm(
        "Job j (deployVirtualMachine) is stuck", "VirtualMachine v: nobody answers", at=AT + timedelta(minutes=9)
    )
    assert run([stuck, watched, later, stuck]) == []
    shown = {(row["type"], row["name"], row["description"]) for row in cloud.call("listAlerts")["alert"]}
    assert shown == {
        (14, "Job j (deployVirtualMachine) is stuck", "VirtualMachine v: nobody answers"),
        (14, 'ALARM: "DeadLetters"', "Messages wait."),
    }
    assert len(alerts(cloud)) == 2


def test_what_is_of_no_topic_of_ours_is_no_alarm(cloud: Cloud) -> None:
    others, good = (
        alarm("s", "m", topic="others"),
        of_cloud("HOST.DOWN", "h", resource_type="", resource_id="", level="ERROR"),
    )
    assert run([others, good.model_dump_json(), alarm("s", "m").replace('"Timestamp"', '"When"'), "[]"]) == [0, 2, 3]
    assert alerts(cloud) == ["h"]


def test_filters(cloud: Cloud) -> None:
    warn()
    warn("numbers were wrong", "OPERATION.RECONCILE")
    key = cloud.call("listAlerts", name="host.down")["alert"][0]["id"]
    for given in ({"id": key}, {"type": "7"}, {"keyword": "IS DOWN"}):
        assert alerts(cloud, **given) == ["h is down"]
    assert alerts(cloud, type="14", name="HOST.DOWN") == []
    with pytest.raises(Refused, match="no type of alerts 99"):
        alerts(cloud, type="99")


@pytest.mark.parametrize("command", ["archiveAlerts", "deleteAlerts"])
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"type": "7"}, ["numbers were wrong"]),
        ({"startdate": "2026-01-03"}, ["h is down"]),
        ({"enddate": "2026-01-02"}, ["numbers were wrong"]),
    ],
)
def test_they_are_put_away_by_type_and_time(cloud: Cloud, command: str, given: dict[str, str], left: list[str]) -> None:
    warn()
    warn("numbers were wrong", "OPERATION.RECONCILE", at=AT + timedelta(days=2))
    assert cloud.call(command, **given) == {"success": True}
    assert alerts(cloud) == left
    assert len(list(Alert.scan())) == (2 if command == "archiveAlerts" else 1)


@pytest.mark.parametrize("command", ["archiveAlerts", "deleteAlerts"])
def test_they_are_put_away_by_id_all_or_none(cloud: Cloud, command: str) -> None:
    warn()
    key = cloud.call("listAlerts")["alert"][0]["id"]
    for wrong in ({"ids": f"{key},{cloud.root.user_id}"}, {}, {"type": "no number"}):
        with pytest.raises(Refused, match="431"):
            cloud.call(command, **wrong)
    assert alerts(cloud) == ["h is down"]
    cloud.call(command, ids=key)
    assert (alerts(cloud), alerts(cloud, id=key)) == ([], [])


def test_a_call_does_what_it_can_and_says_so(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_alerts, "MOST", 3)
    monkeypatch.setattr(_alerts, "TOGETHER", 2)
    for number in range(4):
        warn(f"number {number}", at=AT + timedelta(hours=number))
    assert cloud.call("deleteAlerts", type="7")["displaytext"].startswith("3 of 4 alerts were deleted")
    assert alerts(cloud) == ["number 3"]


def test_operators_make_alerts_of_their_own(cloud: Cloud) -> None:
    given = {"type": "14", "name": "drill", "description": "The generator is tested on Friday."}
    assert "jobid" in cloud.call("generateAlert", **given)
    with pytest.raises(Refused, match="this alert already"):
        cloud.call("generateAlert", **given)
    with pytest.raises(Refused, match="no type of alerts"):
        cloud.call("generateAlert", **given | {"type": "99"})
    assert alerts(cloud, type="14") == [given["description"]]


def test_types(cloud: Cloud) -> None:
    listed = cloud.call("listAlertTypes")
    assert {"alerttypeid": 7, "name": "ALERT.COMPUTE.HOST"} in listed["alerttype"]
    assert listed["count"] == len(_alerts.TYPES)
