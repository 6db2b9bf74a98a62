"""Forgotten passwords: a token goes to the user's address alone, sets one password, once and in time."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3
import pytest

from functions.api.actions.send_reset_token import handler as send_reset_token
from javelin.data import login_settings, settings
from javelin.data.records.password_reset import PasswordReset
from javelin.data.records.session import Session
from javelin.data.records.user import ROOT_USER, User
from javelin.discovery import names
from javelin.discovery.clients import topic_arn
from tests.cloud import Cloud, Context
from tests.unit.api.conftest import PASSWORD
from tests.unit.api.edge import Answer, Edge
from tests.unit.api.test_login import ask, login
from tests.unit.identity.conftest import PERSON


class Post:
    """The letters that were sent, and what was begun without being waited for."""

    def __init__(self) -> None:
        sqs = boto3.client("sqs")
        self._url = sqs.create_queue(QueueName="letters")["QueueUrl"]
        self._arn = sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        boto3.client("sns").subscribe(
            TopicArn=topic_arn(names.MAIL_TOPIC), Protocol="sqs", Endpoint=self._arn,
            Attributes={"RawMessageDelivery": "true"},
        )  # fmt: skip
        self.begun: list[tuple[str, str, dict[str, Any]]] = []

    def begin(self, component: str, name: str, payload: dict[str, Any]) -> None:
        """Run it as Lambda would, later."""
        self.begun.append((component, name, payload))
        send_reset_token(json.loads(json.dumps(payload)), Context())

    def letters(self) -> list[dict[str, str]]:
        """Those that came since."""
        found = boto3.client("sqs").receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"]) for one in found]

    def token(self) -> str:
        """Of the one letter that came."""
        (letter,) = self.letters()
        return letter["text"].split("once: ")[1].split()[0]


@pytest.fixture
def post(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Where passwords are reset by mail."""
    settings.change(login_settings.PASSWORD_RESET, "true")
    User.require(ROOT_USER).change(User.email.set("admin@example.org"))
    found = Post()
    monkeypatch.setattr("functions.api.forgot_password.begin", found.begin)
    return found


def forgot(edge: Edge, username: str = "admin", **more: str) -> Answer:
    return edge.post({"command": "forgotPassword", "response": "json", "username": username, **more})


def reset(edge: Edge, token: str, new: str = "another", username: str = "admin", **more: str) -> Answer:
    given = {"command": "resetPassword", "response": "json", "username": username, "token": token, "password": new}
    return edge.post(given | more)


def test_a_token_sets_another_password_and_ends_sessions(edge: Edge, post: Post) -> None:
    session = login(edge)
    assert forgot(edge).json == {"forgotpasswordresponse": {"success": True}}
    answer = reset(edge, post.token())
    assert answer.json == {"resetpasswordresponse": {"success": True}}
    assert "Set-Cookie" not in answer.headers
    assert ask(edge, session) == 401
    assert (login(edge).status, login(edge, password="another").status) == (531, 200)


def test_the_letter_goes_to_the_user_and_the_token_nowhere_else(edge: Edge, post: Post) -> None:
    settings.change(login_settings.PASSWORD_RESET_SITE, "https://cloud.example.org/client/")
    answer = forgot(edge)
    (letter,) = post.letters()
    assert letter["to"] == "admin@example.org"
    token = letter["text"].split("once: ")[1].split()[0]
    link = f"https://cloud.example.org/client/user/resetPassword?username=admin&domain=%2F&token={token}"
    assert link in letter["text"]
    assert len(token) == 43
    assert token not in answer.text
    assert token not in str([row.attribute_values for row in PasswordReset.scan()])
    assert token not in json.dumps(post.begun)


def test_for_nobody_the_same_is_done_and_nothing_sent(edge: Edge, post: Post) -> None:
    user = User.require(ROOT_USER)
    known, unknown, elsewhere = forgot(edge), forgot(edge, "nobody"), forgot(edge, domain="/nowhere")
    assert known.text == unknown.text == elsewhere.text
    assert [one[:2] for one in post.begun] == [("api", "send_reset_token")] * 3
    assert len(post.letters()) == 1
    user.change(User.state.set("locked"))
    assert forgot(edge).text == known.text
    assert post.letters() == []


@pytest.mark.parametrize("what", ["token", "username", "domain", "late", "changed", "replaced", "used"])
def test_a_token_is_good_for_its_user_once_in_time(edge: Edge, post: Post, cloud: Cloud, what: str) -> None:
    cloud.call("createAccount", username="eve", accounttype=0, **PERSON)
    forgot(edge)
    given = {"token": post.token()}
    match what:
        case "token":
            given["token"] = given["token"][:-1] + "!"
        case "username":
            given["username"] = "eve"
        case "domain":
            given["domain"] = "/nowhere"
        case "late":
            PasswordReset(ROOT_USER).update([PasswordReset.expires.set(int(time.time()) - 1)])
        case "changed":
            edge.call("updateUser", id=ROOT_USER, password="other", currentpassword=PASSWORD)
        case "replaced":
            forgot(edge)
        case "used":
            assert reset(edge, given["token"], "first").status == 200
    before = {row.id: row.password for row in User.scan()}
    answer = reset(edge, **given)
    assert (answer.status, "forgotPassword" in answer.text) == (531, True)
    assert {row.id: row.password for row in User.scan()} == before


def test_refusals_are_alike_whoever_is_meant(edge: Edge, post: Post) -> None:
    forgot(edge)
    assert reset(edge, "x").text == reset(edge, "x", username="nobody").text == reset(edge, "x", domain="/no").text


def test_a_password_that_the_domain_does_not_take_leaves_the_token_good(edge: Edge, post: Post) -> None:
    settings.change(settings.PASSWORD_LENGTH, "8")
    forgot(edge)
    token = post.token()
    refused = reset(edge, token, "short")
    assert (refused.status, "8 characters" in refused.text) == (431, True)
    assert reset(edge, token, "long enough").status == 200


def test_a_reset_opens_a_name_that_was_locked(edge: Edge, post: Post) -> None:
    for _ in range(6):
        login(edge, password="wrong")
    assert login(edge).status == 531
    forgot(edge)
    assert reset(edge, post.token()).status == 200
    assert login(edge, password="another").status == 200


def test_so_many_letters_go_to_a_user_and_so_many_tokens_are_tried_from_an_address(edge: Edge, post: Post) -> None:
    assert [forgot(edge).status for _ in range(7)] == [200] * 5 + [531] * 2
    assert len(post.begun) == 5
    settings.change(settings.LOGIN_ATTEMPTS_SOURCE, "10")
    texts = [reset(edge, "x", username=f"u{number}").text for number in range(4)]
    assert ["too many" in text for text in texts] == [False, False, False, True]


def test_where_it_is_off_nothing_is_sent(edge: Edge, post: Post) -> None:
    settings.change(login_settings.PASSWORD_RESET, "false")
    assert forgot(edge).status == 531
    assert post.begun == []


@pytest.mark.parametrize("command", ["forgotPassword", "resetPassword"])
def test_both_come_by_post(edge: Edge, command: str) -> None:
    given = {"command": command, "username": "admin", "token": "t", "password": "p", "response": "json"}
    assert edge.get(given).status == 405


def test_no_session_starts(edge: Edge, post: Post) -> None:
    forgot(edge)
    reset(edge, post.token())
    assert not list(Session.scan())
