"""Calls that somebody overheard and sends again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.local import LambdaEventConverter

from functions.api import _replays
from functions.api._catalog import catalog
from javelin.contract.errors import Unauthorized
from javelin.data import settings
from javelin.data.records.domain import Domain
from javelin.data.records.used_signature import UsedSignature
from tests.cloud import Cloud
from tests.unit.api.conftest import PASSWORD
from tests.unit.api.edge import Edge

FORMAT = "%Y-%m-%dT%H:%M:%S+0000"
ELSEWHERE = "203.0.113.7"


def expiring(seconds: int = 600) -> dict[str, str]:
    """What a client adds to a call that shall be good for so long."""
    return {"signatureVersion": "3", "expires": (datetime.now(UTC) + timedelta(seconds=seconds)).strftime(FORMAT)}


@pytest.fixture
def enforced(cloud: Cloud) -> None:
    """Operators demand expiries."""
    settings.change(settings.ENFORCED, "true")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent from here on comes from another address, as API Gateway tells it."""
    monkeypatch.setattr(LambdaEventConverter, "LOCAL_SOURCE_IP", ELSEWHERE)


def names() -> set[str]:
    """The domains that there are."""
    return {domain.name for domain in Domain.scan()}


def test_an_expired_call_is_refused(edge: Edge) -> None:
    assert edge.call("listDomains", **expiring()).status == 200
    assert edge.call("listDomains", **expiring(-1)).status == 401
    assert edge.call("listDomains", signatureVersion="3", expires="tomorrow").status == 401


def test_an_overheard_change_is_refused_elsewhere(edge: Edge, request: pytest.FixtureRequest) -> None:
    signed = edge.signed("createDomain", name="d", **expiring())
    assert edge.get(signed).status == 200
    Domain.require(next(domain.id for domain in Domain.scan() if domain.name == "d")).delete()
    request.getfixturevalue("elsewhere")
    again = edge.get(signed)
    assert (again.status, again.json["createdomainresponse"]["errorcode"]) == (401, 401)
    assert "sign it anew" in again.headers["X-Description"]
    assert names() == {"ROOT"}
    assert edge.call("createDomain", name="e", **expiring()).status == 200


def test_a_header_does_not_say_where_a_call_comes_from(edge: Edge, request: pytest.FixtureRequest) -> None:
    signed = edge.signed("createDomain", name="d", **expiring())
    assert edge.get(signed).status == 200
    request.getfixturevalue("elsewhere")
    headers = {
        "X-Forwarded-For": LambdaEventConverter.LOCAL_SOURCE_IP,
        "Forwarded": "for=127.0.0.1",
        "X-Real-Ip": "127.0.0.1",
    }
    for header, value in [*headers.items(), ("X-Forwarded-For", "127.0.0.1")]:
        answer = edge.client.http.get(f"/client/api?{urlencode(signed)}", headers={header: value})
        assert answer.status_code == 401


def test_an_overheard_secret_is_not_shown_elsewhere(edge: Edge, request: pytest.FixtureRequest) -> None:
    from javelin.data.records.user import ROOT_USER

    signed = edge.signed("getUserKeys", id=ROOT_USER, **expiring())
    assert edge.secret in edge.get(signed).text
    request.getfixturevalue("elsewhere")
    assert edge.get(signed).status == 401


def test_two_calls_of_one_second_are_both_taken(edge: Edge) -> None:
    """Clients sign to the second: what Terraform asks for twice at once looks like a replay."""
    signed = edge.signed("createDomain", name="d", **expiring())
    assert edge.get(signed).status == 200
    assert edge.get(signed).status == 431  # the name is taken, which the operation says


def test_what_only_reads_is_not_remembered(edge: Edge) -> None:
    for _ in range(2):
        assert edge.call("listDomains", **expiring()).status == 200
    assert list(UsedSignature.scan()) == []


def test_what_is_remembered_is_a_digest_until_it_expires(edge: Edge) -> None:
    signed = edge.signed("createDomain", name="d", **expiring(600))
    edge.get(signed)
    (item,) = UsedSignature.scan()
    assert signed["signature"] not in str(item.attribute_values)
    assert datetime.fromtimestamp(int(item.expires), UTC) >= datetime.strptime(signed["expires"], "%Y-%m-%dT%H:%M:%S%z")


@pytest.mark.usefixtures("enforced")
@pytest.mark.parametrize("ahead", [None, 16 * 60, -1])
def test_operators_may_demand_expiries(edge: Edge, ahead: int | None) -> None:
    assert edge.call("listDomains", **expiring(14 * 60)).status == 200
    given = {"signatureVersion": "2"} if ahead is None else expiring(ahead)
    assert edge.call("listDomains", **given).status == 401
    assert edge.call("listDomains").status == 401


@pytest.mark.usefixtures("enforced")
def test_where_expiries_are_demanded_every_repeat_is_a_replay(edge: Edge) -> None:
    signed = edge.signed("createDomain", name="d", **expiring())
    assert [edge.post(signed).status for _ in range(3)] == [200, 401, 401]


@pytest.mark.usefixtures("enforced")
def test_of_parallel_repeats_one_is_taken(edge: Edge) -> None:
    """Inside the edge: Chalice's test client knows one request at a time."""
    signed, together = edge.signed("createDomain", name="d", **expiring()), Barrier(4)

    def taken(_: int) -> bool:
        together.wait(30)
        try:
            _replays.require_first(catalog()["createDomain"], signed, ELSEWHERE)
        except Unauthorized:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(taken, range(4))) == [False, False, False, True]


@pytest.mark.usefixtures("enforced")
def test_where_expiries_are_demanded_changes_come_by_post(edge: Edge) -> None:
    refused = edge.call("createDomain", name="d", **expiring())
    assert (refused.status, refused.json["createdomainresponse"]["errorcode"]) == (400, 400)
    session = edge.post({"command": "login", "username": "admin", "password": PASSWORD, "response": "json"})
    asked: dict[str, Any] = {"command": "createDomain", "name": "d", "response": "json"}
    asked["sessionkey"] = session.json["loginresponse"]["sessionkey"]
    assert edge.get(asked, session.cookies).status == 400
    assert names() == {"ROOT"}
    assert edge.post(asked, session.cookies).status == 200


@pytest.mark.usefixtures("enforced")
def test_the_demand_can_be_taken_back_by_get(edge: Edge) -> None:
    assert edge.call("updateConfiguration", name="expunge.delay", value="60", **expiring()).status == 400
    name = settings.ENFORCED.name
    assert edge.call("updateConfiguration", name=name, value="false", **expiring()).status == 200
    assert edge.call("createDomain", name="d").status == 200


@pytest.mark.usefixtures("enforced")
def test_addresses_of_traces_expire_too(edge: Edge) -> None:
    job = "00000000-0000-7000-8000-0000000000ff"
    given = edge.signed("trace", jobid=job, format="text")
    assert edge.client.http.get(f"/client/trace/{job}?{urlencode(given)}").status_code == 401
