"""Idempotency keys: repeats get the first call's answer, and nothing is done twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from functions.api import _callers, _repeats
from functions.api import app as edge_app
from functions.api._catalog import entry
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.operation import Operation
from javelin.data.records.idempotency import Idempotency
from javelin.discovery.clients import client
from javelin.messaging.services import ServiceFailed
from javelin.sync import idempotency
from tests.cloud import Cloud, handlers
from tests.unit.api import edge as in_process
from tests.unit.api.edge import FORM, Answer, Edge, sign
from tests.unit.identity.conftest import PERSON

SECRETS = {"secretkey", "privatekey", "token", "sessionkey", "signature"}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions that were invoked, in order."""
    seen: list[str] = []

    def invoke(function: str, payload: dict[str, Any]) -> Any:
        seen.append(function)
        return in_process.invoke(function, payload)

    monkeypatch.setattr(edge_app, "invoke", invoke)
    return seen


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats do not wait for a first call."""
    monkeypatch.setattr(idempotency, "PAUSES", ())


def with_header(edge: Edge, key: str, command: str, **parameters: str) -> Answer:
    form = "&".join(f"{name}={value}" for name, value in quoted(edge.signed(command, **parameters)).items())
    headers = FORM | {"Idempotency-Key": key}
    return edge._answer(edge.client.http.post("/client/api", headers=headers, body=form.encode()))


def quoted(parameters: dict[str, str]) -> dict[str, str]:
    from urllib.parse import quote

    return {name: quote(value, safe="") for name, value in parameters.items()}


def test_a_repeat_gets_the_first_answer(edge: Edge, runs: list[str]) -> None:
    first = edge.call("createDomain", name="d", idempotencykey="k-1")
    again = edge.call("createDomain", NAME="d", idempotencyKey="k-1")
    assert (first.status, again.json) == (200, first.json)
    assert with_header(edge, "k-1", "createDomain", name="d").json == first.json
    assert runs == ["javelin-identity-create-domain"]


def test_the_envelope_is_not_part_of_the_call(edge: Edge, runs: list[str]) -> None:
    first = edge.call("createDomain", name="d", idempotencykey="k-1").json["createdomainresponse"]["domain"]
    plain = {"command": "createDomain", "name": "d", "idempotencykey": "k-1", "apiKey": edge.api_key}
    again = edge.get({**plain, "signature": sign(plain, edge.secret)})
    assert again.xml.findtext("domain/id") == first["id"]
    assert len(runs) == 1


@pytest.mark.parametrize("other", [{"command": "createDomain", "name": "e"}, {"command": "createAccount", "name": "d"},
                                   {"command": "createDomain", "name": "d", "domainid": ""}])  # fmt: skip
def test_another_call_with_the_key_is_refused(edge: Edge, other: dict[str, str]) -> None:
    edge.call("createDomain", name="d", idempotencykey="k-1")
    command = other.pop("command")
    refused = edge.call(command, idempotencykey="k-1", **other)
    assert refused.status == 431
    assert "new key" in refused.headers["X-Description"]


def test_what_was_refused_may_be_repeated(edge: Edge, runs: list[str]) -> None:
    assert edge.call("createDomain", idempotencykey="k-1").status == 431
    assert edge.call("createDomain", name="d", idempotencykey="k-1").status == 200
    assert len(runs) == 2


def test_reads_heed_no_key(edge: Edge) -> None:
    assert edge.call("listDomains", idempotencykey="k-1").status == 200
    assert edge.call("listDomains", name="x", idempotencykey="k-1").status == 200
    assert client("dynamodb").scan(TableName=Idempotency.Meta.table_name)["Count"] == 0


@pytest.mark.parametrize("key", ["", "k" * 129, "a b", "ü"])
def test_what_is_no_key_is_refused(edge: Edge, runs: list[str], key: str) -> None:
    assert edge.call("createDomain", name="d", idempotencykey=key).status == 431
    assert runs == []


def test_two_keys_are_refused(edge: Edge) -> None:
    assert with_header(edge, "k-1", "createDomain", name="d", idempotencykey="k-2").status == 431
    assert with_header(edge, "k-1", "createDomain", name="d", idempotencykey="k-1").status == 200


def test_another_account_may_use_the_same_key(edge: Edge, cloud: Cloud) -> None:
    user = cloud.call("createAccount", None, username="u", accounttype="1", **PERSON)["account"]["user"][0]["id"]
    keys = cloud.call("registerUserKeys", id=user)["userkeys"]
    other = Edge(edge.client, keys["apikey"], keys["secretkey"])
    first = edge.call("createDomain", name="d", idempotencykey="k-1").json
    assert other.call("createDomain", name="e", idempotencykey="k-1").json != first


def test_parallel_repeats_run_once(edge: Edge, runs: list[str]) -> None:
    together = Barrier(4)

    def one(_: int) -> str:
        signed = edge.signed("createDomain", name="d", idempotencykey="k-1")
        together.wait(30)
        return perform(edge, signed)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(one, range(4)))
    assert len(runs) == 1
    assert len(answers) == 1
    assert '"domain"' in answers.pop()


def perform(edge: Edge, signed: dict[str, str]) -> str:
    """What becomes of the call inside the edge: Chalice's test client knows one request at a time."""
    found, caller = entry(signed["command"]), _callers.by_signature(signed).caller
    assert found is not None
    key = _repeats.key_of(found, {}, signed)
    assert key is not None
    payload = {"parameters": signed, "caller": caller.model_dump()}
    return json.dumps(_repeats.perform(found, key, caller, signed, lambda: edge_invoke(found["function"], payload)))


def edge_invoke(function: str, payload: dict[str, Any]) -> Any:
    """The edge's way to call an operation, as it is now."""
    return vars(edge_app)["invoke"](function, payload)


def test_a_first_call_under_way_is_told(cloud: Cloud, in_a_hurry: None) -> None:
    def repeat() -> dict[str, Any]:
        asked = {"command": "createDomain", "name": "d"}
        with pytest.raises(ConcurrentOperation, match="Repeat in a moment"):
            idempotency.once("a", "k", asked, lambda: {"body": {"n": 2}}, secret=False)
        return {"body": {"n": 1}}

    assert idempotency.once("a", "k", {"command": "createDomain", "name": "d"}, repeat, secret=False)["body"] == {
        "n": 1
    }


def test_a_first_call_that_broke_off_is_not_done_again(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(function: str, payload: dict[str, Any]) -> Any:
        in_process.invoke(function, payload)
        raise ServiceFailed(function, "Sandbox.Timedout")

    with monkeypatch.context() as patched:
        patched.setattr(edge_app, "invoke", broken)
        assert edge.call("createDomain", name="d", idempotencykey="k-1").status == 530
    again = edge.call("createDomain", name="d", idempotencykey="k-1")
    assert again.status == 530
    assert "may have taken effect" in again.headers["X-Description"]


def test_an_unexpected_failure_counts_as_broken_off(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = {"error": {"code": 530, "cs_code": 4250, "text": "Internal error", "name": "InternalError"}}
    with monkeypatch.context() as patched:
        patched.setattr(edge_app, "invoke", lambda function, payload: failure)
        assert edge.call("createDomain", name="d", idempotencykey="k-1").status == 530
    assert "may have taken effect" in edge.call("createDomain", name="d", idempotencykey="k-1").text


def test_secrets_are_shown_once_and_not_kept(edge: Edge, runs: list[str]) -> None:
    first = edge.call("createSSHKeyPair", name="n", idempotencykey="k-1")
    private = first.json["createsshkeypairresponse"]["keypair"]["privatekey"]
    refused = edge.call("createSSHKeyPair", name="n", idempotencykey="k-1")
    assert refused.status == 431
    assert "shown only once" in refused.headers["X-Description"]
    assert len(runs) == 1
    rows = client("dynamodb").scan(TableName=Idempotency.Meta.table_name)["Items"]
    assert len(rows) == 1
    assert private.splitlines()[1] not in json.dumps(rows)


def test_answers_with_secrets_are_declared() -> None:
    def holds_secret(one: Operation[Any]) -> bool:
        at_once = one.answers is not None and not one.asynchronous  # of the others the first answer names a job
        return at_once and bool(SECRETS & set(one.answers.model_fields))

    inner = {"addHost", "createConsoleEndpoint", "login"}  # the secret is deeper, or in no model
    shown = {one.command for one in handlers().values() if one.changes and holds_secret(one)}
    declared = {one.command for one in handlers().values() if one.secret_answer}
    sent = {"registerSSHKeyPair"}  # shares the answer's model, but the key is the caller's own
    assert shown - sent <= declared
    assert inner <= declared


def test_an_explanation_leaves_the_key_to_the_call_that_does_it(edge: Edge, runs: list[str]) -> None:
    for _ in range(2):
        told = edge.call("createDomain", name="later", idempotencykey="k-explain", explain="true")
        assert told.json["createdomainresponse"]["explanation"]["command"] == "createDomain"
    assert len(runs) == 2
    done = edge.call("createDomain", name="later", idempotencykey="k-explain")
    assert done.json["createdomainresponse"]["domain"]["name"] == "later"
