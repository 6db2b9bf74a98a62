"""The edge: who is let in, to what, and how answers and refusals look."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api import app as edge_app
from functions.api._catalog import catalog, cloudstack_commands
from javelin.data.records.account import ROOT_ACCOUNT, Account
from tests.cloud import Cloud
from tests.unit.api.edge import FORM, Edge, sign
from tests.unit.identity.conftest import PERSON


def test_a_signed_request_is_answered(edge: Edge) -> None:
    answer = edge.call("listDomains")
    assert answer.status == 200
    assert answer.json["listdomainsresponse"]["domain"][0]["name"] == "ROOT"
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    posted = edge.post(edge.signed("listDomains"))
    assert posted.json == answer.json


def test_xml_is_what_comes_without_asking(edge: Edge) -> None:
    parameters = {"command": "listDomains", "apiKey": edge.api_key}
    answer = edge.get({**parameters, "signature": sign(parameters, edge.secret)})
    assert answer.headers["Content-Type"] == "text/xml; charset=UTF-8"
    assert answer.xml.findtext("domain/name") == "ROOT"


@pytest.mark.parametrize(
    "broken",
    [
        {"signature": "AAAA"},
        {"signature": ""},
        {"apiKey": "nobody"},
        {"apiKey": "k" * 5000},
        {"apiKey": ""},
        {"name": "added"},
        {"signatureVersion": "3"},
    ],
)
def test_what_is_not_signed_right_is_nobodys(edge: Edge, broken: dict[str, str]) -> None:
    answer = edge.get({**edge.signed("listDomains"), **broken})
    assert answer.status == 401
    body = answer.json["listdomainsresponse"]
    assert (body["errorcode"], body["uuidList"]) == (401, [])
    assert "cserrorcode" not in body
    assert answer.headers["X-Description"] == body["errortext"]


def test_without_any_proof_nothing_is_told(edge: Edge) -> None:
    for command in ("listDomains", "noSuchThing", ""):
        answer = edge.get({"command": command, "response": "json"})
        assert answer.status == 401


def test_an_unknown_command_is_401_with_a_key_and_432_in_a_session(edge: Edge) -> None:
    assert edge.call("noSuchThing").status == 401
    session = edge.post({"command": "login", "username": "admin", "password": "correct horse", "response": "json"})
    key = session.json["loginresponse"]["sessionkey"]
    answer = edge.get({"command": "noSuchThing", "sessionkey": key, "response": "json"}, session.cookies)
    assert answer.status == 432
    assert answer.json["errorresponse"]["cserrorcode"] == 4555
    empty = edge.get({"sessionkey": key, "response": "json"}, session.cookies)
    assert (empty.status, empty.json["errorresponse"]["errorcode"]) == (400, 400)
    assert "cserrorcode" not in empty.json["errorresponse"]


def test_a_command_of_cloudstack_that_is_not_served_is_432_to_whoever_proves_who_they_are(edge: Edge) -> None:
    unserved = "uploadCustomCertificate"
    assert unserved in cloudstack_commands() - catalog().keys()
    answer = edge.call(unserved)
    assert (answer.status, answer.json["errorresponse"]["cserrorcode"]) == (432, 4555)
    assert unserved in answer.json["errorresponse"]["errortext"]
    assert edge.get({**edge.signed(unserved), "signature": "AAAA"}).status == 401
    assert edge.get({"command": unserved, "response": "json"}).status == 401


def test_commands_outside_the_role_are_refused(edge: Edge, cloud: Cloud) -> None:
    user = cloud.call("createAccount", username="u", accounttype="0", **PERSON)["account"]["user"][0]["id"]
    keys = cloud.call("registerUserKeys", id=user)["userkeys"]
    plain = Edge(edge.client, keys["apikey"], keys["secretkey"])
    assert plain.call("listAccounts").status == 200
    refused = plain.call("createZone", name="z")
    assert refused.status == 432
    assert refused.json["errorresponse"]["errorcode"] == 432
    listed = {row["name"] for row in plain.call("listApis").json["listapisresponse"]["api"]}
    assert "createZone" not in listed
    assert {"listAccounts", "queryAsyncJobResult"} <= listed


def test_errors_of_commands_keep_their_code_and_name(edge: Edge) -> None:
    missing = edge.call("createDomain")
    assert missing.status == 431
    assert missing.json["createdomainresponse"]["cserrorcode"] == 4350
    malformed = edge.call("createTags", **{"tags[x].key": "a"})
    assert (malformed.status, malformed.json["createtagsresponse"]["errorcode"]) == (430, 430)


def test_a_disabled_account_is_nobody(edge: Edge) -> None:
    account = Account.require(ROOT_ACCOUNT)
    account.state = "disabled"
    account.save()
    assert edge.call("listDomains").status == 401


def test_a_repeated_parameter_keeps_its_last_value_and_the_form_wins(edge: Edge) -> None:
    signed = edge.signed("listDomains", name="ROOT")
    query = "name=first&name=second"
    body = "&".join(f"{name}={value}" for name, value in _quoted(signed).items())
    answer = edge.client.http.post(f"/client/api?{query}", headers=FORM, body=body.encode())
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"&".join(b"a%d=1" % number for number in range(4001))])
def test_unreadable_forms_are_parameter_errors(edge: Edge, body: bytes) -> None:
    assert edge.client.http.post("/client/api", headers=FORM, body=body).status_code == 431


def test_a_failure_inside_is_enveloped_and_tells_nothing(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(function: str, payload: dict[str, Any]) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(edge_app, "invoke", fail)
    answer = edge.call("listDomains")
    assert (answer.status, answer.json["listdomainsresponse"]["errorcode"]) == (530, 530)
    assert "secret detail" not in answer.text


def test_health_tells_that_the_edge_is_there(edge: Edge) -> None:
    assert edge.client.http.get("/client/health").json_body["status"] == "ok"


def _quoted(parameters: dict[str, str]) -> dict[str, str]:
    from urllib.parse import quote

    return {name: quote(value, safe="") for name, value in parameters.items()}
