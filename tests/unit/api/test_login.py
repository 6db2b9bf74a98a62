"""login, sessions and logout."""

from __future__ import annotations

import time

import pytest

from functions.api import _sessions
from javelin.data.records.account import ROOT_ACCOUNT
from javelin.data.records.session import IDLE_SECONDS, Session
from javelin.data.records.user import ROOT_USER, User
from javelin.messaging.events import Event
from tests.cloud import Cloud
from tests.unit.api.conftest import PASSWORD
from tests.unit.api.edge import Answer, Edge
from tests.unit.identity.conftest import PERSON


def login(edge: Edge, cookies: dict[str, str] | None = None, **changed: str) -> Answer:
    given = {"command": "login", "username": "admin", "password": PASSWORD, "response": "json", **changed}
    return edge.post(given, cookies)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What is told of sessions."""
    heard: list[Event] = []
    monkeypatch.setattr(_sessions, "announce", heard.append)
    return heard


def ask(edge: Edge, session: Answer, key: str | None = None, cookies: dict[str, str] | None = None) -> int:
    """The status of a harmless request in the session."""
    body = session.json["loginresponse"]
    parameters = {
        "command": "listDomains",
        "response": "json",
        "sessionkey": body["sessionkey"] if key is None else key,
    }
    return edge.get(parameters, session.cookies if cookies is None else cookies).status


def test_a_session_starts_and_serves(edge: Edge) -> None:
    session = login(edge)
    assert session.status == 200
    body = session.json["loginresponse"]
    assert (body["username"], body["userid"], body["type"], body["timeout"]) == ("admin", ROOT_USER, "1", IDLE_SECONDS)
    assert body["sessionkey"] == session.cookies["sessionkey"]
    assert all("HttpOnly" in line and "SameSite=Lax" in line for line in session.headers["Set-Cookie"])
    assert ask(edge, session) == 200


def test_the_store_knows_no_secret(edge: Edge) -> None:
    session = login(edge)
    kept = str([item.attribute_values for item in Session.scan()])
    assert session.cookies["JSESSIONID"] not in kept
    assert session.cookies["sessionkey"] not in kept


def test_login_comes_by_post(edge: Edge) -> None:
    given = {"command": "login", "username": "admin", "password": PASSWORD, "response": "json"}
    answer = edge.get(given)
    assert (answer.status, answer.json["loginresponse"]["errorcode"]) == (405, 405)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"password": "wrong"}, 531),
        ({"username": "nobody"}, 531),
        ({"domain": "/nowhere"}, 531),
        ({"domainid": "00000000-0000-7000-8000-0000000000ff"}, 401),
        ({"domainid": "7"}, 401),
        ({"password": ""}, 431),
    ],
)
def test_a_wrong_login_starts_nothing(edge: Edge, told: list[Event], changed: dict[str, str], status: int) -> None:
    answer = login(edge, **changed)
    assert (answer.status, answer.json["loginresponse"]["errorcode"]) == (status, status)
    assert "Set-Cookie" not in answer.headers
    assert not list(Session.scan())
    assert not told


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(edge: Edge) -> None:
    assert login(edge, username="nobody").text == login(edge, password="wrong").text


def test_users_of_domains_name_their_domain(edge: Edge, cloud: Cloud) -> None:
    domain = cloud.call("createDomain", name="d")["domain"]["id"]
    cloud.call("createAccount", username="u", accounttype="0", domainid=domain, **PERSON)
    for place in ({"domain": "d"}, {"domain": "/d/"}, {"domainId": domain}):
        assert login(edge, username="u", password=PERSON["password"], **place).status == 200
    assert login(edge, username="u", password=PERSON["password"]).status == 531


@pytest.mark.parametrize("wrong", ["parameter", "cookie", "none"])
def test_cookie_and_key_must_both_fit_and_a_misfit_ends_the_session(edge: Edge, wrong: str) -> None:
    session = login(edge)
    if wrong == "parameter":
        assert ask(edge, session, key="forged") == 401
    elif wrong == "cookie":
        assert ask(edge, session, cookies={**session.cookies, "sessionkey": "forged"}) == 401
    else:
        assert ask(edge, session, key="") == 401
    assert ask(edge, session) == 401


def test_a_new_login_ends_the_one_before(edge: Edge) -> None:
    first = login(edge)
    second = login(edge, first.cookies)
    assert ask(edge, first) == 401
    assert ask(edge, second) == 200
    wrong = login(edge, second.cookies, password="wrong")
    assert wrong.status == 531
    assert ask(edge, second) == 200


def test_nobody_ends_a_session_by_naming_it_in_a_parameter(edge: Edge) -> None:
    session = login(edge)
    login(edge, jSessionId=session.cookies["JSESSIONID"])
    assert ask(edge, session) == 200


def test_logout_ends_the_session_once(edge: Edge) -> None:
    session = login(edge)
    answer = edge.post({"command": "logout", "response": "json"}, session.cookies)
    assert (answer.status, answer.json) == (200, {"logoutresponse": {"description": "success"}})
    assert answer.cookies == {"JSESSIONID": "", "sessionkey": ""}
    assert ask(edge, session) == 401
    assert edge.post({"command": "logout", "response": "json"}, session.cookies).status == 431


def test_logins_and_logouts_are_told_as_the_users(edge: Edge, told: list[Event]) -> None:
    session = login(edge)
    edge.post({"command": "logout", "response": "json"}, session.cookies)
    came, went = told
    assert (came.type, came.description) == ("USER.LOGIN", "User admin logged in from 127.0.0.1")
    assert (went.type, went.description) == ("USER.LOGOUT", "User admin logged out")
    for event in told:
        assert (event.account_id, event.user_id, event.resource_id) == (ROOT_ACCOUNT, ROOT_USER, ROOT_USER)
        assert not any(secret in event.model_dump_json() for secret in [PASSWORD, *session.cookies.values()])


def test_an_idle_session_ends_and_a_used_one_lasts(edge: Edge) -> None:
    session = login(edge)
    (item,) = list(Session.scan())
    item.update([Session.expires.set(int(time.time()) + 100)])
    assert ask(edge, session) == 200
    (item,) = list(Session.scan())
    assert item.expires > time.time() + IDLE_SECONDS - 60
    item.update([Session.expires.set(int(time.time()) - 1)])
    assert ask(edge, session) == 401


def test_a_disabled_user_is_out_at_once(edge: Edge) -> None:
    session = login(edge)
    user = User.require(ROOT_USER)
    user.state = "disabled"
    user.save()
    assert ask(edge, session) == 401
    assert login(edge).status == 531


def test_a_new_password_ends_sessions_and_needs_the_present_one(edge: Edge) -> None:
    session = login(edge)
    assert edge.call("updateUser", id=ROOT_USER, password="new").status == 531
    assert edge.call("updateUser", id=ROOT_USER, password="new", currentpassword="wrong").status == 531
    assert ask(edge, session) == 200
    assert edge.call("updateUser", id=ROOT_USER, password="new", currentpassword=PASSWORD).status == 200
    assert ask(edge, session) == 401
    assert login(edge).status == 531
    assert login(edge, password="new").status == 200
