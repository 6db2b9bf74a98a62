"""The edge tells of calls that change something: what did not tell of itself, and what was refused."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api import app as edge_app
from javelin.messaging.events import Event
from tests.cloud import Cloud
from tests.unit.api.edge import Edge

ZONE = {"name": "z", "networktype": "Advanced", "dns1": "10.0.0.1", "internaldns1": "10.0.0.1"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What the edge announces."""
    heard: list[Event] = []
    monkeypatch.setattr(edge_app, "announce", heard.append)
    return heard


def test_it_tells_who_called_and_how_it_went(edge: Edge, cloud: Cloud, told: list[Event]) -> None:
    made = edge.call("createZone", **ZONE).json["createzoneresponse"]["zone"]
    assert edge.call("createZone", **ZONE).status == 431
    done, refused = told
    assert (done.account_id, done.account, done.domain_path) == (cloud.root.account_id, "admin", "/")
    assert done.user_id == refused.user_id != ""
    assert (done.type, done.level, done.state, done.resource_id) == ("ZONE.CREATE", "INFO", "Completed", made["id"])
    assert (refused.type, refused.level, refused.state) == ("ZONE.CREATE", "ERROR", "Completed")


def test_clients_get_none_of_it(edge: Edge, told: list[Event]) -> None:
    answers: list[dict[str, Any]] = [edge.call("createZone", **ZONE).json for _ in range(2)]
    assert len(told) == 2
    assert all(set(answer["createzoneresponse"]) <= {"zone", "errorcode", "errortext", "cserrorcode", "uuidList"}
               for answer in answers)  # fmt: skip


def test_a_repeat_with_an_idempotency_key_is_told_once(edge: Edge, told: list[Event]) -> None:
    answers = [edge.call("createZone", **ZONE, idempotencykey="k1") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert [event.type for event in told] == ["ZONE.CREATE"]


def test_reads_and_unreadable_calls_are_not_told(edge: Edge, told: list[Event]) -> None:
    assert edge.call("listZones").status == 200
    assert edge.call("createZone", name="z").status == 431
    assert told == []
