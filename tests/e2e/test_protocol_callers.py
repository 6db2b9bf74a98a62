"""Who calls, on the wire: signatures of both versions, sessions, and roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.sessions import login, with_session
from tests.e2e.signed import Answer, Client, Key, signature
from tests.e2e.site import Site, Tenant

REFUSAL = "unable to verify user credentials and/or request signature"
UNPROVED = "unable to verify user credentials"


@pytest.fixture(scope="module")
def raw(cloud: LocalCloud) -> Client:
    return cloud.raw


@pytest.fixture(scope="module")
def user(site: Site) -> Tenant:
    """A user without any power."""
    return site.tenant("protocol-user")


def expires(ahead: timedelta) -> str:
    return (datetime.now(UTC) + ahead).strftime("%Y-%m-%dT%H:%M:%S+0000")


def assert_nobody(answer: Answer, text: str = REFUSAL) -> None:
    assert answer.status == 401
    assert answer.inside == {"uuidList": [], "errorcode": 401, "errortext": text}


def test_get_and_post_do_the_same(raw: Client) -> None:
    wish = raw.signed("listZones")
    got, posted, both = raw.get(wish), raw.post(wish), raw.post({"signature": wish.pop("signature")}, query=wish)
    assert got.status == posted.status == both.status == 200
    assert got.json == posted.json == both.json
    assert got.envelope == "listzonesresponse"


def test_the_names_of_a_proof_ignore_case(raw: Client) -> None:
    assert raw.key is not None
    for name in ("apiKey", "apikey", "APIKEY"):
        plain = {"command": "listZones", "response": "json", name: raw.key.key}
        assert raw.get({**plain, "Signature": signature(plain, raw.key.secret)}).status == 200


def test_version_3_needs_a_moment_that_is_ahead(raw: Client) -> None:
    good = raw.call("listZones", signatureVersion="3", expires=expires(timedelta(minutes=5)))
    assert good.status == 200
    assert raw.call("listZones", signatureVersion="3", expires="2099-01-01T00:00:00Z").status == 200
    for parameters in (
        {}, {"expires": expires(timedelta(minutes=-1))}, {"expires": "tomorrow"}, {"expires": ""},
    ):  # fmt: skip
        assert_nobody(raw.call("listZones", signatureVersion="3", **parameters))
    assert raw.call("listZones", expires=expires(timedelta(days=-1))).status == 200, "only version 3 expires"


def test_a_signature_covers_every_parameter(raw: Client) -> None:
    wish = raw.signed("listZones", keyword="local", signatureVersion="3", expires=expires(timedelta(minutes=5)))
    changes = ({"keyword": "other"}, {"command": "listHosts"}, {"response": "xml"}, {"page": "1"},
               {"expires": expires(timedelta(hours=5))})  # fmt: skip
    for change in changes:
        assert raw.get({**wish, **change}).status == 401, change


def test_every_failed_proof_is_answered_alike(raw: Client, site: Site) -> None:
    assert raw.key is not None
    disabled = site.tenant("protocol-disabled")
    site.api.call("disableUser", id=disabled.user)
    shut = site.tenant("protocol-shut")
    site.api.call("disableAccount", id=shut.account, lock="false")
    answers = [
        Client(raw.endpoint, Key(raw.key.key, "wrong")).call("listZones"),
        Client(raw.endpoint, Key("nobody's", raw.key.secret)).call("listZones"),
        Client(raw.endpoint, Key("x" * 5000, raw.key.secret)).call("listZones"),
        raw.get({"command": "listZones", "response": "json", "apiKey": raw.key.key}),
        raw.get({"command": "listZones", "response": "json", "signature": "AAAA"}),
        raw.get({**raw.signed("listZones"), "signature": "not base64 \N{SNOWMAN}"}),
        disabled.raw.call("listZones"),
        shut.raw.call("listZones"),
    ]
    for answer in answers:
        assert_nobody(answer)
        assert (answer.envelope, answer.headers["X-Description"]) == ("listzonesresponse", REFUSAL)
    assert len({answer.text for answer in answers}) == 1


def test_an_unknown_command_is_401_with_a_key_and_432_in_a_session(cloud: LocalCloud, raw: Client) -> None:
    assert_nobody(raw.call("frobnicate"))
    assert raw.call("frobnicate").envelope == "errorresponse"
    session = login(cloud, "admin", cloud.password)
    answer = with_session(cloud, session, "frobnicate")
    assert (answer.status, answer.envelope, answer.inside["cserrorcode"]) == (432, "errorresponse", 4555)
    assert with_session(cloud, session, "listzones").status == 432, "commands do not ignore case"


def test_a_session(cloud: LocalCloud) -> None:
    session = login(cloud, "admin", cloud.password)
    assert (session.status, session.envelope) == (200, "loginresponse")
    assert session.inside.keys() >= {
        "username", "userid", "domainid", "timeout", "account", "firstname", "lastname", "type", "registered",
        "sessionkey", "is2faenabled", "is2faverified",
    }  # fmt: skip
    assert (session.inside["type"], session.inside["registered"]) == ("1", "false")
    assert set(session.cookies) == {"JSESSIONID", "sessionkey"}
    assert with_session(cloud, session, "listZones").inside["count"] == 1
    ended = Client(cloud.home.endpoint).get({"command": "logout", "response": "json"}, session.cookies)
    assert (ended.status, ended.json) == (200, {"logoutresponse": {"description": "success"}})
    assert_nobody(with_session(cloud, session, "listZones"), UNPROVED)
    again = Client(cloud.home.endpoint).get({"command": "logout", "response": "json"}, session.cookies)
    assert (again.status, again.inside["errorcode"]) == (431, 431)


def test_login_comes_by_post(cloud: LocalCloud) -> None:
    fields = {"command": "login", "username": "admin", "password": "not the one", "response": "json"}
    assert Client(cloud.home.endpoint).get(fields).status == 405
    assert Client(cloud.home.endpoint).post({**fields, "command": "LOGIN"}).status == 531, "this name ignores case"


def test_a_wrong_login_is_531_whatever_is_wrong(cloud: LocalCloud) -> None:
    wrong = [
        login(cloud, "admin", "wrong"), login(cloud, "nobody", "wrong"), login(cloud, "admin", "wrong", domain="/none"),
    ]  # fmt: skip
    assert {answer.status for answer in wrong} == {531}
    assert {answer.envelope for answer in wrong} == {"loginresponse"}
    assert len({answer.text for answer in wrong}) == 1
    nowhere = login(cloud, "admin", cloud.password, domainid="00000000-0000-0000-0000-00000000dead")
    assert nowhere.status == 401


@pytest.mark.parametrize("domain", ["/", "", "ROOT"])
def test_the_root_domain_has_names(cloud: LocalCloud, domain: str) -> None:
    session = login(cloud, "admin", cloud.password, domain=domain)
    assert (session.status == 200) is (domain != "ROOT"), "ROOT is its name, not its path"


def test_cookie_and_key_belong_together(cloud: LocalCloud) -> None:
    session = login(cloud, "admin", cloud.password)
    fields = {"command": "listZones", "response": "json"}
    key, cookies = session.inside["sessionkey"], session.cookies
    client = Client(cloud.home.endpoint)
    assert_nobody(client.get({**fields, "sessionkey": key}), UNPROVED)
    assert client.get({**fields, "sessionkey": key}, cookies).status == 200
    assert_nobody(client.get(fields, cookies), UNPROVED)
    assert_nobody(client.get({**fields, "sessionkey": key}, cookies), UNPROVED)


def test_a_session_ends_when_its_user_is_disabled(cloud: LocalCloud, site: Site) -> None:
    tenant = site.tenant("protocol-leaver")
    session = login(cloud, tenant.name, tenant.password)
    assert with_session(cloud, session, "listZones").status == 200
    site.api.call("disableUser", id=tenant.user)
    assert_nobody(with_session(cloud, session, "listZones"), UNPROVED)
    assert login(cloud, tenant.name, tenant.password).status == 531


def test_a_command_outside_the_role_is_432(user: Tenant) -> None:
    answer = user.raw.call("createZone", name="mine", networktype="Advanced")
    assert (answer.status, answer.envelope, answer.inside["errorcode"]) == (432, "errorresponse", 432)


def test_each_role_is_shown_what_it_may_call(site: Site, user: Tenant) -> None:
    governor = site.tenant("protocol-governor", "DomainAdmin", site.domain("protocol-governed"))
    shown = {
        name: {row["name"]: row for row in client.call("listApis").inside["api"]}
        for name, client in (("user", user.raw), ("governor", governor.raw), ("root", site.cloud.raw))
    }
    assert shown["user"].keys() < shown["governor"].keys() < shown["root"].keys()
    assert {"deployVirtualMachine", "listZones", "listApis"} <= shown["user"].keys()
    assert {"createZone", "listHosts", "createAccount"}.isdisjoint(shown["user"])
    for row in shown["root"].values():
        assert row["description"], row["name"]
        assert all(parameter["description"] for parameter in row["params"]), row["name"]
        assert isinstance(row["isasync"], bool)
    for name in sorted(shown["root"].keys() - shown["user"].keys()):
        answer = user.raw.call(name)
        assert (answer.status, answer.envelope) == (432, "errorresponse"), name
