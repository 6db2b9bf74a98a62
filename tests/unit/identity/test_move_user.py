"""moveUser: a user in another account's lists, keys and rights, and out of those of the account before."""

from __future__ import annotations

import pytest

from functions.api import _callers
from functions.identity import move_user
from javelin.contract.errors import Unauthorized
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.sequence import counted, list_key
from javelin.data.records.session import Session
from javelin.data.records.user import ROOT_USER, User
from javelin.messaging.events import Event
from tests.cloud import Cloud, Refused
from tests.unit.api.edge import sign
from tests.unit.identity.conftest import PERSON, People


@pytest.fixture
def ada(cloud: Cloud, people: People) -> str:
    """The second user of account one; account two is beside it, account three in another domain."""
    domain = people.domain("d")["id"]
    for name in ("one", "two"):
        people.account(name, 0, domain)
    people.account("three")
    user: str = cloud.call("createUser", account="one", domainid=domain, username="ada", **PERSON)["user"]["id"]
    return user


def users_of(cloud: Cloud, account: str) -> list[str]:
    """Whom an account's own list shows."""
    (found,) = [row for row in Account.scan() if row.name == account]
    where = {"account": account, "domainid": found.domain_id}
    return sorted(row["username"] for row in cloud.call("listUsers", **where).get("user", []))


def test_a_user_is_in_the_lists_of_its_new_account_alone(cloud: Cloud, ada: str) -> None:
    assert cloud.call("moveUser", id=ada, account="two") == {"success": True}
    assert (users_of(cloud, "one"), users_of(cloud, "two")) == (["one"], ["ada", "two"])
    two = Account.require(User.require(ada).account_id)
    assert (two.name, ada in two.user_ids, User.require(ada).account) == ("two", True, "two")
    lists = {row.name: list_key("User", row.id) for row in Account.scan()}
    counts = counted(list(lists.values()))
    assert (counts[lists["one"]], counts[lists["two"]]) == ({0: -1}, {0: 1})  # nothing counts what came, here
    cloud.call("moveUser", id=ada, accountid=next(row.id for row in Account.scan() if row.name == "one"))
    assert users_of(cloud, "one") == ["ada", "one"]


def test_both_accounts_are_told(cloud: Cloud, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    monkeypatch.setattr(move_user, "announce", lambda *events: told.extend(events))
    cloud.call("moveUser", id=ada, account="two")
    assert [(event.type, event.account) for event in told] == [("USER.MOVE", "one"), ("USER.MOVE", "two")]
    assert {(event.user_id, event.resource_id) for event in told} == {(cloud.root.user_id, ada)}


def test_keys_go_along_and_sessions_end(cloud: Cloud, ada: str) -> None:
    keys = cloud.call("registerUserKeys", id=ada)["userkeys"]
    session = Session(
        _callers.digest("cookie"), key_digest=_callers.digest("key"), user_id=ada, expires=2**40,
        account_id=User.require(ada).account_id, credential=_callers.digest(User.require(ada).password.reveal()),
    )  # fmt: skip
    session.save()
    assert _callers.by_session("JSESSIONID=cookie; sessionkey=key", "key").caller.account == "one"
    cloud.call("moveUser", id=ada, account="two")
    plain = {"command": "listZones", "apikey": keys["apikey"]}
    proven = _callers.by_signature({**plain, "signature": sign(plain, keys["secretkey"])})
    assert (proven.caller.user_id, proven.caller.account) == (ada, "two")
    with pytest.raises(Unauthorized):
        _callers.by_session("JSESSIONID=cookie; sessionkey=key", "key")


@pytest.mark.parametrize(
    ("where", "code"),
    [({}, 431), ({"account": "one"}, 431), ({"account": "three"}, 531), ({"account": "two", "accountid": "three"}, 431),
     ({"accountid": "three"}, 431), ({"accountid": "nowhere"}, 431)],
)  # fmt: skip
def test_users_stay_in_their_domain(cloud: Cloud, ada: str, where: dict[str, str], code: int) -> None:
    ids = {row.name: row.id for row in Account.scan()} | {"nowhere": ada}
    refused(cloud, code, ada, **{**where, **({"accountid": ids[where["accountid"]]} if "accountid" in where else {})})


def test_tags_go_along(cloud: Cloud, ada: str) -> None:
    tag = {"resourcetype": "User", "resourceids": ada, "tags[0].key": "team", "tags[0].value": "red"}
    cloud.call("createTags", **tag)
    cloud.call("moveUser", id=ada, account="two")
    domain = User.require(ada).domain_id
    shown = {
        account: cloud.call("listTags", account=account, domainid=domain).get("tag", []) for account in ("one", "two")
    }
    assert [row["value"] for row in shown["two"]] == ["red"]
    assert shown["one"] == []
    cloud.call("deleteTags", **{name: value for name, value in tag.items() if "value" not in name})
    assert cloud.call("listTags", account="two", domainid=domain) == {}


def test_who_is_needed_or_in_projects_stays(cloud: Cloud, ada: str) -> None:
    user = User.require(ada)
    user.project_ids = {"p"}
    user.save()
    refused(cloud, 536, ada, account="two")
    refused(cloud, 431, cloud.root.user_id, account="three")
    refused(cloud, 431, ROOT_USER, account="three")


def test_what_would_be_done_is_told(cloud: Cloud, ada: str) -> None:
    before = state()
    told = cloud.call("moveUser", id=ada, account="two", explain="true")["explanation"]
    assert {row["kind"]: row["count"] for row in told["changes"]} == {"Account": 2, "User": 1}
    assert state() == before


def refused(cloud: Cloud, code: int, user: str, **where: str) -> None:
    before = state()
    with pytest.raises(Refused) as refusal:
        cloud.call("moveUser", id=user, **where)
    assert refusal.value.code == code, refusal.value.text
    assert state() == before


def state() -> list[str]:
    """Whose is who."""
    return sorted(str(row.attribute_values) for model in (User, Account, ApiKey) for row in model.scan())
