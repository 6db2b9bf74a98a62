"""What a domain asks of passwords, wherever one is set."""

from __future__ import annotations

import pytest

from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.user import User
from tests.cloud import Refused
from tests.unit.identity.conftest import PERSON, People

RULES = (
    (settings.PASSWORD_LENGTH, "9", "Abcdef1!", "Abcdefg1!"),
    (settings.PASSWORD_UPPERCASE, "2", "Abc", "ABc"),
    (settings.PASSWORD_LOWERCASE, "2", "ABc", "Abc"),
    (settings.PASSWORD_DIGITS, "1", "abc", "abc1"),
    (settings.PASSWORD_SPECIAL, "1", "abc1", "abc-1"),
    (settings.PASSWORD_PATTERN, "[a-z]+", "abc1", "abc"),
    (settings.PASSWORD_WITH_NAME, "false", "xEVEx", "abc"),
)


@pytest.mark.parametrize(("rule", "value", "bad", "good"), RULES, ids=lambda one: getattr(one, "name", ""))
def test_a_rule_holds_in_its_domain(
    people: People, rule: settings.Setting[str], value: str, bad: str, good: str
) -> None:
    domain = people.domain("d")["id"]
    settings.change(rule, value, "domain", domain)
    with pytest.raises(Refused) as refused:
        _create(people, "eve", bad, domain)
    assert refused.value.code == 431
    assert bad not in refused.value.text
    _create(people, "eve", good, domain)
    _create(people, "eve", bad)


def _create(people: People, name: str, password: str, domain: str | None = None) -> None:
    extra = {"domainid": domain} if domain else {}
    people.cloud.call("createAccount", username=name, accounttype=0, **PERSON | {"password": password}, **extra)


def test_all_that_is_missing_is_told_at_once(people: People) -> None:
    settings.change(settings.PASSWORD_LENGTH, "12")
    settings.change(settings.PASSWORD_DIGITS, "2")
    with pytest.raises(Refused, match="at least 12 characters, at least 2 digits"):
        _create(people, "eve", "short")
    assert len(list(Account.scan())) == 1
    assert not list(User.scan())


def test_users_and_new_passwords_are_held_to_it_too(people: People) -> None:
    account = people.account("eve")
    settings.change(settings.PASSWORD_WITH_NAME, "false")
    user = account["user"][0]["id"]
    calls = (
        ("createUser", {"account": "eve", "username": "ann", **PERSON, "password": "ann2026"}),
        ("updateUser", {"id": user, "password": "Eve2026"}),
        ("updateUser", {"id": user, "password": "bob2026", "username": "bob"}),
    )
    before = User.require(user).password
    for command, parameters in calls:
        with pytest.raises(Refused, match="not the user's name in it"):
            people.cloud.call(command, **parameters)
    assert len(list(User.scan())) == 1
    assert (User.require(user).username, User.require(user).password) == ("eve", before)
    people.cloud.call("updateUser", id=user, password="bob2026")


def test_only_operators_choose_it_and_a_pattern_must_be_one(people: People) -> None:
    domain = people.domain("d")["id"]
    admin = people.caller(people.account("chief", 2, domain))
    for one, *_ in RULES:
        with pytest.raises(Refused) as refused:
            people.cloud.call("updateConfiguration", admin, name=one.name, value="0", domainid=domain)
        assert refused.value.code == 531
    with pytest.raises(Refused, match="regular expression") as broken:
        people.cloud.call("updateConfiguration", name=settings.PASSWORD_PATTERN.name, value="(")
    assert broken.value.code == 431
    shown = people.cloud.call("updateConfiguration", name=settings.PASSWORD_WITH_NAME.name, value="false")
    assert shown["configuration"]["value"] == "false"


def test_a_domain_below_has_the_rules_of_those_above_where_they_pass_them_on(people: People) -> None:
    upper = people.domain("upper")["id"]
    lower = people.domain("lower", upper)["id"]
    settings.change(settings.PASSWORD_LENGTH, "9", "domain", upper)
    _create(people, "eve", "short", lower)
    settings.change(settings.DOMAINS_INHERIT, "true")
    with pytest.raises(Refused, match="at least 9 characters"):
        _create(people, "ada", "short", lower)
    settings.change(settings.PASSWORD_LENGTH, "3", "domain", lower)
    _create(people, "ada", "short", lower)
