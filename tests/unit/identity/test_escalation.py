"""Administrators and those above them: nobody gets rights from somebody who has more."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from functions.fabric_admin._enrolment import new_token
from functions.identity._keys import new_key
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.user import User
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People

BY_NAME = 531  # an account that is named, and not the caller's to act for, is refused so, be it there or not
STRONGER = {  # who tries: whose account has rights that it lacks, and the refusal of an id
    "domain admin": (("root admin", "resource admin", "sibling's admin", "admin above"), 431),
    "resource admin": (("root admin",), 531),
    "user": (("root admin", "resource admin", "domain admin", "colleague"), 431),
}
CHANGES: dict[str, dict[str, str]] = {
    "registerUserKeys": {}, "getUserKeys": {}, "updateUser": {"password": "mine now"}, "disableUser": {}, "enableUser": {},
    "lockUser": {}, "deleteUser": {},
}  # fmt: skip
FOR_ALL = {"registerUserKeys", "getUserKeys", "updateUser"}


class Ladder:
    """One account of every kind, domains above and beside."""

    def __init__(self, people: People) -> None:
        above = people.domain("above")["id"]
        own, beside = people.domain("own", above)["id"], people.domain("beside", above)["id"]
        self.made = {
            "root admin": people.account("root2", 1), "resource admin": people.account("ra", 3),
            "admin above": people.account("aa", 2, above), "sibling's admin": people.account("sa", 2, beside),
            "domain admin": people.account("da", 2, own), "user": people.account("u", 0, own),
            "colleague": people.account("c", 0, own),
        }  # fmt: skip
        self.callers = {name: people.caller(account) for name, account in self.made.items()}


@pytest.fixture
def ladder(people: People) -> Ladder:
    """Everybody."""
    return Ladder(people)


@pytest.mark.parametrize("who", STRONGER)
def test_nobody_reaches_whom_its_rights_do_not_include(cloud: Cloud, ladder: Ladder, who: str) -> None:
    caller, (targets, code) = ladder.callers[who], STRONGER[who]
    before = state()
    for target in targets:
        account = ladder.made[target]
        user = account["user"][0]["id"]
        for command, more in CHANGES.items():
            if who == "user" and command not in FOR_ALL:
                continue  # the edge lets no user call it: see the matrix
            refused(cloud, code, command, caller, id=user, **more)
        if who == "user":
            continue
        place = {"account": account["name"], "domainid": account["domainid"]}
        refused(cloud, BY_NAME, "createUser", caller, username="mole", **PERSON, **place)
        refused(cloud, BY_NAME, "updateAccount", caller, **place, networkdomain="evil.example")
        refused(cloud, BY_NAME, "disableAccount", caller, **place, lock="true")
        refused(cloud, code, "disableAccount", caller, id=account["id"], lock="false")
    assert state() == before


@pytest.mark.parametrize(("who", "kinds"), [("domain admin", (1, 3)), ("resource admin", (1,))])
def test_nobody_makes_an_account_with_more_rights(
    cloud: Cloud, ladder: Ladder, who: str, kinds: tuple[int, ...]
) -> None:
    before = state()
    for kind in kinds:
        for place in ({}, {"domainid": cloud.root.domain_id}):
            answer = {"accounttype": str(kind), **place}
            with pytest.raises(Refused):
                cloud.call("createAccount", ladder.callers[who], username="mole", **PERSON, **answer)
    assert state() == before


def test_secrets_are_random_and_long(ladder: Ladder) -> None:
    user = User.require(ladder.callers["user"].user_id)
    keys = [new_key(user) for _ in range(20)]
    texts = [text for key in keys for text in (str(key.api_key), key.secret.reveal())]
    tokens = [new_token("h").text.reveal().partition(".")[2] for _ in range(20)]
    assert len({*texts, *tokens}) == 60
    assert {len(base64.urlsafe_b64decode(text + "==")) for text in texts} == {64}
    assert {len(base64.urlsafe_b64decode(text + "==")) for text in tokens} == {32}


def refused(cloud: Cloud, code: int, command: str, caller: Any, **parameters: str) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.call(command, caller, **parameters)
    assert refusal.value.code == code, (command, parameters, refusal.value.text)


def state() -> tuple[list[str], list[str], list[str]]:
    """Everything that gives rights."""
    return (
        sorted(str(row.attribute_values) for row in User.scan()),
        sorted(str(row.attribute_values) for row in Account.scan()),
        sorted(str(row.api_key) for row in ApiKey.scan()),
    )
