"""bootstrap."""

from __future__ import annotations

from functions.identity.actions.bootstrap import handler
from javelin.contract.secret import Secret
from javelin.data.passwords import password_matches
from javelin.data.records.api_key import ApiKey
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.records.user import ROOT_USER, User
from tests.cloud import Cloud, Context


def test_it_makes_an_administrator_who_can_sign(cloud: Cloud) -> None:
    made = handler({"password": "correct horse"}, Context())
    assert made["created"]
    key = ApiKey.get(made["api_key"])
    assert (key.secret.reveal(), key.user_id, key.account_id) == (made["secret_key"], ROOT_USER, made["account_id"])
    assert password_matches(Secret("correct horse"), User.require(ROOT_USER).password)
    assert [Role.require(role_id).name for role_id, _ in BUILT_IN.values()] == [name for _, name in BUILT_IN.values()]


def test_a_repeat_changes_nothing_and_answers_the_same_keys(cloud: Cloud) -> None:
    first = handler({"password": "one"}, Context())
    again = handler({"password": "two"}, Context())
    assert again == {**first, "created": False}
    assert password_matches(Secret("one"), User.require(ROOT_USER).password)


def test_a_password_can_be_given_later(cloud: Cloud) -> None:
    handler({}, Context())
    assert not password_matches(Secret(""), User.require(ROOT_USER).password)
    handler({"password": "later"}, Context())
    assert password_matches(Secret("later"), User.require(ROOT_USER).password)
