"""Who may sign calls with keys, how long keys are good, and keys that somebody chose."""

from __future__ import annotations

import time

import pytest

from functions.api import _callers
from javelin.contract.caller import Caller
from javelin.contract.errors import Unauthorized
from javelin.data import settings
from javelin.data.records import api_key as key_record
from javelin.data.records.api_key import ApiKey
from javelin.data.records.domain import Domain
from javelin.data.records.user import User
from tests.cloud import Cloud, Refused
from tests.unit.api.edge import sign
from tests.unit.identity.conftest import People

API_KEY, SECRET = "k" * 32, "s" * 32


class Signer:
    """A user of a domain, and its keys."""

    def __init__(self, cloud: Cloud, people: People) -> None:
        self.cloud, self.domain = cloud, people.domain("d")["id"]
        self.account = people.account("ada", 0, self.domain)
        self.caller = people.caller(self.account)
        self.keys = cloud.call("registerUserKeys", id=self.caller.user_id)["userkeys"]

    def comes_in(self, api_key: str = "", secret: str = "") -> bool:
        """Whether the edge takes a call that these keys sign, or the user's own."""
        plain = {"command": "listZones", "apikey": api_key or self.keys["apikey"]}
        try:
            _callers.by_signature({**plain, "signature": sign(plain, secret or self.keys["secretkey"])})
        except Unauthorized:
            return False
        return True

    def say(self, what: str, said: str) -> None:
        """Say of the user, its account, its domain or the cloud whether keys may be used."""
        match what:
            case "user":
                self.cloud.call("updateUser", id=self.caller.user_id, apikeyaccess=said)
            case "account":
                self.cloud.call("updateAccount", id=self.account["id"], apikeyaccess=said)
            case "domain":
                settings.change(settings.API_KEY_ACCESS, said, "domain", self.domain)
            case _:
                settings.change(settings.API_KEY_ACCESS, said)


@pytest.fixture
def signer(cloud: Cloud, people: People) -> Signer:
    """Ada."""
    return Signer(cloud, people)


def refused(cloud: Cloud, code: int, command: str, caller: Caller | None = None, **parameters: str) -> None:
    users, keys = rows()
    with pytest.raises(Refused) as refusal:
        cloud.call(command, caller, **parameters)
    assert refusal.value.code == code, refusal.value.text
    assert rows() == (users, keys)


def rows() -> tuple[list[str], list[str]]:
    return sorted(str(row.attribute_values) for row in User.scan()), sorted(row.api_key for row in ApiKey.scan())


def test_the_most_specific_word_decides(signer: Signer) -> None:
    said = [("cloud", "false"), ("domain", "true"), ("account", "Disabled"), ("user", "ENABLED"),
            ("user", "disabled"), ("account", "enabled"), ("user", "Inherit"), ("domain", "false"),
            ("account", "inherit")]  # fmt: skip
    allowed = [True]
    for what, word in said:
        signer.say(what, word)
        allowed.append(signer.comes_in())
    assert allowed == [True, False, True, False, True, False, False, True, True, False]
    shown = signer.cloud.call("getUserKeys", signer.caller, id=signer.caller.user_id)["userkeys"]
    assert (shown["apikeyaccess"], shown["secretkey"]) == (False, signer.keys["secretkey"])


def test_a_domain_above_decides_where_it_passes_its_values_on(cloud: Cloud, people: People, signer: Signer) -> None:
    signer.domain = people.domain("lower", signer.domain)["id"]
    below = people.caller(people.account("eve", 0, signer.domain))
    signer.keys = cloud.call("registerUserKeys", id=below.user_id)["userkeys"]
    (upper,) = [row.id for row in Domain.scan() if row.name == "d"]
    settings.change(settings.API_KEY_ACCESS, "false", "domain", upper)
    settings.change(settings.API_KEY_DAYS, "1", "domain", upper)
    assert signer.comes_in()
    settings.change(settings.DOMAINS_INHERIT, "true")
    assert not signer.comes_in()
    shown = cloud.call("registerUserKeys", id=below.user_id)["userkeys"]
    assert (shown["apikeyaccess"], ApiKey.get(shown["apikey"]).expires is not None) == (False, True)
    signer.say("domain", "true")
    signer.keys = shown
    assert signer.comes_in()


def test_what_is_said_is_shown_and_found(cloud: Cloud, people: People, signer: Signer) -> None:
    people.account("eve", 0, signer.domain)
    signer.say("user", "Disabled")
    signer.say("account", "Enabled")
    (user,) = cloud.call("listUsers", listall="true", apikeyaccess="disabled")["user"]
    assert (user["username"], user["apikeyaccess"]) == ("ada", "DISABLED")
    (account,) = cloud.call("listAccounts", listall="true", apikeyaccess="Enabled")["account"]
    assert (account["name"], account["apikeyaccess"], account["user"]) == ("ada", "ENABLED", [user])
    others = cloud.call("listUsers", domainid=signer.domain, apikeyaccess="Inherit", usersource="native")["user"]
    assert [row["username"] for row in others] == ["eve"]
    assert cloud.call("listUsers", listall="true", usersource="ldap") == {}


@pytest.mark.parametrize("command", ["updateUser", "updateAccount", "listUsers", "listAccounts"])
def test_only_root_says_who_may_use_keys(cloud: Cloud, people: People, signer: Signer, command: str) -> None:
    boss = people.caller(people.account("boss", 2, signer.domain))
    which = {"updateUser": signer.caller.user_id, "updateAccount": signer.account["id"]}
    chosen = {"id": which[command]} if command in which else {}
    refused(cloud, 531, command, boss, apikeyaccess="Enabled", **chosen)
    refused(cloud, 431, command, apikeyaccess="Perhaps", **chosen)


def test_keys_end_after_the_days_that_their_domain_says(
    cloud: Cloud, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.change(settings.API_KEY_DAYS, "30", "domain", signer.domain)
    before = signer.keys
    signer.keys = cloud.call("registerUserKeys", signer.caller, id=signer.caller.user_id)["userkeys"]
    assert signer.comes_in()
    assert not signer.comes_in(before["apikey"], before["secretkey"])
    now = time.time()
    monkeypatch.setattr(key_record.time, "time", lambda: now + 30 * 86400 - 60)
    assert signer.comes_in()
    monkeypatch.setattr(key_record.time, "time", lambda: now + 30 * 86400 + 60)
    assert not signer.comes_in()


def test_chosen_keys_replace_the_present_ones(cloud: Cloud, signer: Signer) -> None:
    cloud.call("updateUser", id=signer.caller.user_id, userapikey=API_KEY, usersecretkey=SECRET)
    assert (signer.comes_in(API_KEY, SECRET), signer.comes_in()) == (True, False)


@pytest.mark.parametrize(
    "wrong",
    [{"userapikey": API_KEY}, {"usersecretkey": SECRET}, {"userapikey": API_KEY, "usersecretkey": "short"},
     {"userapikey": "short", "usersecretkey": SECRET}],
)  # fmt: skip
def test_half_a_pair_or_a_weak_one_is_refused(cloud: Cloud, signer: Signer, wrong: dict[str, str]) -> None:
    refused(cloud, 431, "updateUser", id=signer.caller.user_id, firstname="New", **wrong)


def test_keys_that_somebody_has_cannot_be_had(cloud: Cloud, people: People, signer: Signer) -> None:
    """Nor does the refusal tell that somebody has them: it is that of one's own."""
    eve = people.caller(people.account("eve"))
    wanted = {"userapikey": signer.keys["apikey"], "usersecretkey": SECRET}
    texts = []
    for user in (eve, signer.caller):
        with pytest.raises(Refused) as refusal:
            cloud.call("updateUser", user, id=user.user_id, **wanted)
        texts.append((refusal.value.code, refusal.value.text))
    assert texts == [(431, "These keys cannot be had; choose others, or let registerUserKeys make them.")] * 2
    assert signer.comes_in()


def test_a_plain_user_sees_no_keys_of_colleagues(cloud: Cloud, people: People, signer: Signer) -> None:
    person = {"email": "b@example.org", "firstname": "B", "lastname": "B", "password": "secret"}
    bob = cloud.call("createUser", account="ada", domainid=signer.domain, username="bob", **person)["user"]["id"]
    cloud.call("registerUserKeys", id=bob)
    shown = {row["username"]: row.get("apikey") for row in cloud.call("listUsers", signer.caller)["user"]}
    assert shown == {"ada": signer.keys["apikey"], "bob": None}
