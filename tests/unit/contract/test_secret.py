"""Secrets by type: nothing that prints, logs, copies or serializes shows one."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError
from pynamodb.attributes import BooleanAttribute

from infra.generator.declarations import operations, records
from javelin.contract.parameters import Request, SecretText, bind
from javelin.contract.responses import Item, Response, to_wire
from javelin.contract.secret import Secret
from javelin.data.records.api_key import ApiKey
from javelin.data.secret_attribute import SecretAttribute
from javelin.observability.log import logger

TEXT = "correct horse battery"
NAMED = re.compile(r"(?i)(password|secret|privatekey|sessionkey|token|userdata|posturl|signature)")
# What is named like a secret and is none: with the reason. Flags are never one.
OPEN = {
    "userdataid": "the id of a registered text",
    "user_data_id": "the same",
    "userdataname": "the name of a registered text",
    "user_data_name": "the same",
    "userdatapolicy": "whether a template's text may be replaced",
    "user_data_policy": "the same",
    "userdataparams": "the names of a text's variables",
    "userdatadetails": "the values of a text's variables, which every list shows with the machine, as the contract has it",
    "password_from": "the host that a password is derived from",
    "signature": "in the table of used ones, a digest",
    "VirtualMachineResponse.userdata": "a list shows it to who sees the machine and asks, as the contract has it",
    "StartedVirtualMachineResponse.userdata": "the same",
}


class Held(BaseModel):
    """A model with a secret in it."""

    inner: Secret


class Shown(Response):
    """An answer with a secret in it."""

    key: Secret
    more: dict[str, str | Secret]


class Asked(Request):
    """A request with a secret in it."""

    password: SecretText


def answer() -> Item:
    return Item("shown", Shown(key=Secret(TEXT), more={"token": Secret(TEXT), "plain": "x"}))


@pytest.mark.parametrize(
    "show",
    [str, repr, "{}".format, "{:>30}".format, "%s".__mod__, "{!r}".format, lambda secret: f"{[secret]} {secret}",
     lambda secret: repr(Held(inner=secret)), lambda secret: str(vars(Held(inner=secret))),
     lambda secret: repr(bind(Asked, {"password": TEXT})) + repr(secret), lambda secret: json.dumps([secret], default=str)],
)  # fmt: skip
def test_what_prints_shows_stars(show: Any) -> None:
    shown = show(Secret(TEXT))
    assert "***" in shown
    assert TEXT not in shown


def test_a_record_prints_its_key_alone() -> None:
    assert repr(ApiKey("k", secret=Secret(TEXT), user_id="u")) == "ApiKey('k')"


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (json.dumps, TypeError),
        (lambda secret: json.dumps({"a": [secret]}), TypeError),
        (pickle.dumps, TypeError),
        (copy.deepcopy, TypeError),
        (lambda secret: "x" + secret, TypeError),
        (lambda secret: "".join([secret]), TypeError),
        (lambda secret: Held(inner=secret).model_dump_json(), PydanticSerializationError),
        (lambda secret: to_wire(Item("shown", Shown(key=secret, more={}))), TypeError),
        (lambda secret: answer().response.body(), TypeError),
    ],
)
def test_what_writes_fails(write: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as failure:
        write(Secret(TEXT))
    assert TEXT not in str(failure.value)


def test_a_declared_answer_shows_it() -> None:
    body = to_wire(answer(), secrets=True)["body"]
    assert body == {"shown": {"key": TEXT, "more": {"token": TEXT, "plain": "x"}}}


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret(TEXT) == Secret(TEXT) != Secret("other")
    assert Secret(TEXT) != TEXT
    assert len({Secret(TEXT), Secret(TEXT)}) == 1


def test_a_log_has_stars(capsys: pytest.CaptureFixture[str]) -> None:
    log = logger("secretive")  # made here, so that it writes where the test listens
    try:
        raise ValueError(Secret(TEXT))
    except ValueError:
        log.exception("failed", secret=Secret(TEXT), record=ApiKey("k", secret=Secret(TEXT)))
    written = capsys.readouterr().out
    assert "***" in written
    assert TEXT not in written


def test_what_is_named_like_a_secret_is_one() -> None:
    """Of the parameters, answers and records; `OPEN` says which are none, and why."""
    found = {}
    for function in operations():
        declared = function.declaration
        models = [declared.request, *([declared.answers] if declared.answers else [])]
        for model in models:
            found |= {f"{model.__name__}.{name}": field.annotation for name, field in model.model_fields.items()
                      if NAMED.search(name) and name not in OPEN}  # fmt: skip
    plain = {name for name, annotation in found.items() if name not in OPEN and not _has(annotation, Secret, bool)}
    assert plain == set()
    kept = {f"{record.__name__}.{name}": one for record in records() for name, one in record.get_attributes().items()
            if NAMED.search(name) and name not in OPEN and not isinstance(one, BooleanAttribute)}  # fmt: skip
    assert {name for name, one in kept.items() if not isinstance(one, SecretAttribute)} == set()
    assert {"ApiKey.secret", "User.password"} <= kept.keys()


def _has(annotation: Any, *wanted: type) -> bool:
    return annotation in wanted or any(_has(inner, *wanted) for inner in get_args(annotation))
