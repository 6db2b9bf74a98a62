"""Guessing passwords: so many per name and per address, whether there is such a user or not."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from javelin.data import settings
from javelin.data.records.call_count import CallCount
from javelin.data.records.session import Session
from javelin.data.records.user import ROOT_USER
from javelin.messaging import events
from tests.unit.api.conftest import PASSWORD
from tests.unit.api.edge import Edge, invoke
from tests.unit.api.test_login import login

LOCKED = "too many wrong attempts"


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test may move."""
    now = [time.time() // 900 * 900 + 10.0]
    monkeypatch.setattr("javelin.sync.attempts.time.time", lambda: now[0])
    return now


def guess(edge: Edge, times: int, **changed: str) -> list[str]:
    """What wrong logins are answered."""
    return [login(edge, **({"password": "wrong"} | changed)).text for _ in range(times)]


@pytest.mark.parametrize("username", ["admin", "nobody"])
def test_after_five_wrong_ones_not_even_the_right_one_is_looked_at(edge: Edge, username: str) -> None:
    answers = guess(edge, 6, username=username)
    assert len(set(answers[:5])) == 1
    assert LOCKED not in answers[0]
    assert LOCKED in answers[5]
    right = login(edge, username=username)
    assert (right.status, right.json["loginresponse"]["errorcode"]) == (531, 531)
    assert LOCKED in right.text
    assert not list(Session.scan())


def test_the_lock_ends_with_its_time(edge: Edge, moment: list[float]) -> None:
    guess(edge, 6)
    moment[0] += settings.LOGIN_SECONDS.default
    assert login(edge).status == 200


def test_a_right_one_begins_anew_and_names_ignore_case(edge: Edge) -> None:
    guess(edge, 4)
    assert login(edge).status == 200
    guess(edge, 4, username="ADMIN")
    assert LOCKED not in guess(edge, 1)[0]
    assert LOCKED in guess(edge, 1, username="Admin")[0]


def test_a_name_is_locked_in_its_domain_alone(edge: Edge) -> None:
    guess(edge, 6, domain="/elsewhere")
    assert login(edge).status == 200


def test_an_address_guesses_so_often_whatever_the_names(edge: Edge) -> None:
    settings.change(settings.LOGIN_ATTEMPTS_SOURCE, "3")
    answers = [guess(edge, 1, username=f"u{number}")[0] for number in range(4)]
    assert [LOCKED in answer for answer in answers] == [False, False, False, True]
    assert login(edge).status == 531


def test_right_logins_do_not_use_up_an_address(edge: Edge) -> None:
    settings.change(settings.LOGIN_ATTEMPTS_SOURCE, "2")
    assert [login(edge).status for _ in range(4)] == [200] * 4


def test_guesses_at_once_are_no_more_than_guesses_one_by_one(edge: Edge) -> None:
    wrong = {"username": "admin", "password": "wrong", "sourceaddress": "192.0.2.1"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: invoke("javelin-api-login", {"parameters": wrong}), range(16)))
    texts = [answer["error"]["text"] for answer in answers]
    assert sum(LOCKED not in text for text in texts) == settings.LOGIN_ATTEMPTS.default


def test_the_caller_does_not_choose_its_address(edge: Edge) -> None:
    settings.change(settings.LOGIN_ATTEMPTS_SOURCE, "2")
    answers = [guess(edge, 1, username=f"u{number}", sourceAddress=f"198.51.100.{number}")[0] for number in range(3)]
    assert LOCKED in answers[2]


def test_operators_hear_of_it_once_and_no_password_is_in_it(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr("functions.api._guesses.announce", lambda *some: told.extend(some))
    guess(edge, 7, password="not-the-one")
    assert [(one.type, one.level) for one in told] == [("USER.LOGIN.LOCKED", "WARN")]
    assert "admin" in told[0].description
    assert "not-the-one" not in json.dumps([one.model_dump(mode="json") for one in told])
    assert events.read_event(told[0].model_dump_json()) == told[0]


def test_what_is_kept_names_nobody_and_goes(edge: Edge) -> None:
    guess(edge, 1)
    rows = [row for row in CallCount.scan() if row.stretch.startswith("attempts/")]
    assert len(rows) == 2
    assert all("admin" not in row.stretch and row.expires > time.time() for row in rows)


def test_the_present_password_is_guessed_as_seldom(edge: Edge) -> None:
    """Who has somebody's keys or session learns no password by it, nor by asking what a change would do."""
    wrong = {"id": ROOT_USER, "password": "new", "currentpassword": "wrong"}
    explained = edge.call("updateUser", **wrong, explain="true")
    assert (explained.status, "cannot be explained" in explained.text) == (431, True)
    assert [edge.call("updateUser", **wrong).status for _ in range(6)] == [531] * 6
    right = edge.call("updateUser", **{**wrong, "currentpassword": PASSWORD})
    assert LOCKED in right.text
    assert LOCKED in login(edge).text
