"""How often an account may call, and how much one call may bring."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from functions.api import app as edge_app
from javelin.data import settings
from javelin.data.records.call_count import CallCount
from javelin.sync import rates
from tests.cloud import Cloud
from tests.unit.api.edge import FORM, Edge
from tests.unit.identity.conftest import PERSON

NOON = 1_800_000_000


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that rates see: it stands still until a test moves it."""
    now = [float(NOON)]
    monkeypatch.setattr(rates.time, "time", lambda: now[0])
    return now


def tenant(edge: Edge, cloud: Cloud, name: str) -> Edge:
    """The edge as a user of an account of its own."""
    user = cloud.call("createAccount", username=name, accounttype="0", **PERSON)["account"]["user"][0]["id"]
    keys = cloud.call("registerUserKeys", id=user)["userkeys"]
    return Edge(edge.client, keys["apikey"], keys["secretkey"])


def test_an_account_calls_so_often_and_others_do_not_wait_for_it(edge: Edge, cloud: Cloud, moment: list[float]) -> None:
    settings.change(settings.THROTTLING_MOST, "3")
    busy, quiet = tenant(edge, cloud, "busy"), tenant(edge, cloud, "quiet")
    assert [busy.call("listUsers").status for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = busy.call("createDomain", name="d")
    assert refused.json["createdomainresponse"]["cserrorcode"] == 4545
    assert "again in 10 seconds" in refused.headers["X-Description"]
    job = "00000000-0000-7000-8000-0000000000ff"
    signed = urlencode(busy.signed("trace", jobid=job))
    assert busy.client.http.get(f"/client/trace/{job}?{signed}").status_code == 429
    assert quiet.call("listUsers").status == 200
    assert [edge.call("listUsers").status for _ in range(5)] == [200] * 5  # the cloud's administrators may help
    moment[0] += 10
    assert busy.call("listUsers").status == 200


def test_operators_may_let_everybody_call(edge: Edge, cloud: Cloud) -> None:
    settings.change(settings.THROTTLING_MOST, "1")
    settings.change(settings.THROTTLING, "false")
    busy = tenant(edge, cloud, "busy")
    assert [busy.call("listUsers").status for _ in range(3)] == [200] * 3
    assert "apilimitmax" not in busy.call("listCapabilities").json["listcapabilitiesresponse"]["capability"]


def test_clients_are_told_the_limit(edge: Edge) -> None:
    capability = edge.call("listCapabilities").json["listcapabilitiesresponse"]["capability"]
    assert (capability["apilimitmax"], capability["apilimitinterval"]) == (1000, 10)


def test_an_account_sees_its_limit_and_root_lets_it_call_again(edge: Edge, cloud: Cloud, moment: list[float]) -> None:
    settings.change(settings.THROTTLING_MOST, "3")
    busy = tenant(edge, cloud, "busy")
    moment[0] += 4
    assert [busy.call("listUsers").status for _ in range(2)] == [200] * 2
    shown = busy.call("getApiLimit").json["getapilimitresponse"]["apilimit"]
    account = cloud.call("listAccounts", name="busy")["account"][0]["id"]
    assert shown == {"accountid": account, "account": "busy", "apiIssued": 3, "apiAllowed": 3, "expireAfter": 6}
    assert busy.call("getApiLimit").status == 429
    assert edge.call("resetApiLimit", account=account).json["resetapilimitresponse"]["success"] is True
    assert busy.call("listUsers").status == 429  # this worker has looked in this second
    moment[0] += 1
    assert [busy.call("listUsers").status for _ in range(4)] == [200, 200, 200, 429]
    assert busy.call("resetApiLimit").status == 429
    moment[0] += 5
    assert busy.call("resetApiLimit").status == 432
    assert edge.call("getApiLimit").json["getapilimitresponse"]["apilimit"]["apiIssued"] == 0
    assert edge.call("resetApiLimit", account=edge.api_key[:8]).status == 431


@pytest.mark.usefixtures("cloud")
def test_an_account_that_is_refused_is_looked_up_once_a_second(
    monkeypatch: pytest.MonkeyPatch, moment: list[float]
) -> None:
    looks = []
    monkeypatch.setattr(CallCount, "known", lambda stretch: looks.append(stretch) or 100)
    worker = rates.Rates()
    for _ in range(3):
        assert [worker.take("account", 2, 10) > 0 for _ in range(50)].count(True) >= 48
        moment[0] += 1
    assert len(looks) == 3


@pytest.mark.usefixtures("cloud")
def test_workers_count_together_and_write_seldom() -> None:
    """Four workers at once: no more calls pass than the limit and a share for each."""
    workers = [rates.Rates() for _ in range(4)]

    def passed(worker: rates.Rates) -> int:
        return sum(worker.take("account", 500, 10) == 0 for _ in range(400))

    with ThreadPoolExecutor(4) as pool:
        let_in = sum(pool.map(passed, workers))
    share = 500 // rates.SHARES
    assert 500 <= let_in <= 500 + 4 * share
    (count,) = CallCount.scan()
    assert (int(count.calls) % share, int(count.expires)) == (0, NOON + 20)
    assert 500 <= int(count.calls) <= 500 + 4 * share


@pytest.mark.usefixtures("cloud")
def test_a_worker_remembers_so_many_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_ACCOUNTS", 3)
    worker = rates.Rates()
    assert [worker.take(f"account-{number}", 500, 10) for number in range(10)] == [0] * 10
    assert len(worker._stretches) <= 3


def test_a_call_has_so_many_parameters(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_app, "MAX_PARAMETERS", 10)
    assert edge.call("listDomains", **{f"x{number}": "1" for number in range(6)}).status == 200
    refused = edge.call("listDomains", **{f"x{number}": "1" for number in range(10)})
    assert refused.status == 431
    assert "more than 10 parameters" in refused.headers["X-Description"]


def test_a_body_is_so_long(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_app, "MAX_BODY", 1000)
    signed = edge.signed("listDomains", keyword="x" * 900)
    assert edge.client.http.post("/client/api", headers=FORM, body=urlencode(signed).encode()).status_code == 431


@pytest.mark.parametrize("route", ["enrol", "credentials"])
@pytest.mark.parametrize(
    "body",
    [b"[" * 60_000, b'{"a":' * 9_000, b'{"a": "' + b"x" * 70_000 + b'"}', b"[]", b"\xff"],
    ids=["deep list", "deep object", "long", "list", "no text"],
)
def test_what_bridges_do_not_send_is_refused_before_it_costs(edge: Edge, route: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = edge.client.http.post(f"/client/bridge/{route}", headers=headers, body=body)
    assert (answer.status_code, answer.json_body) == (400, {"error": "send one JSON object"})
