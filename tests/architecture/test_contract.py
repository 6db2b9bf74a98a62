"""Every operation is what the CloudStack contract says: its name, parameters, roles, response and kind."""

from __future__ import annotations

import re
from typing import Any

import pytest

from functions.api._catalog import cloudstack_commands
from infra.generator.declarations import Function, operations
from javelin.contract.operation import Operation
from javelin.discovery.names import snake
from tests.architecture.contract import Wanted, commands

OPERATIONS = {operation.declaration.command: operation for operation in operations()}  # type: ignore[union-attr]  # all have one
LOGIN = {  # they need no role
    "forgotPassword", "login", "logout", "oauthlogin", "resetPassword", "startOauthLogin", "verifyOAuthCodeAndGetUser",
}  # fmt: skip
LISTED = {"page", "pagesize", "keyword", "projectid"}  # every list takes them
INTERNAL = {
    "login": {"jsessionid", "sourceaddress"},
    "logout": {"jsessionid"},
    "forgotPassword": {"sourceaddress"},
    "resetPassword": {"sourceaddress"},
    "startOauthLogin": {"sourceaddress"},
    "verifyOAuthCodeAndGetUser": {"oauthstate", "sourceaddress"},
    "oauthlogin": {"jsessionid", "oauthstate", "sourceaddress"},
}  # what the edge passes from the request
OURS = {  # parameters that CloudStack does not have
    "oauthlogin": {"state"}, "verifyOAuthCodeAndGetUser": {"state"}, "createWebhook": {"eventtypes"},
    "updateWebhook": {"eventtypes"},
}  # fmt: skip
MORE_REQUIRED = {  # other origins of a root disk are refused
    "deployVirtualMachine": {"templateid"}, "linkUserDataToTemplate": {"templateid"},
}  # fmt: skip


def pair(command: str) -> tuple[Operation[Any], Wanted]:
    declaration = OPERATIONS[command].declaration
    assert isinstance(declaration, Operation)
    return declaration, commands()[command]


@pytest.fixture(params=sorted(OPERATIONS))
def command(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_edge_knows_cloudstack_s_commands() -> None:
    assert commands().keys() >= cloudstack_commands()
    assert cloudstack_commands() >= commands("cloudstack_commands.txt").keys()


def test_it_is_in_the_contract(command: str) -> None:
    assert command in commands()


def test_every_parameter_works_or_is_refused_by_name(command: str) -> None:
    ours, wanted = pair(command)
    fields = set(ours.request.model_fields)
    more = (LISTED if command.startswith("list") else set()) | INTERNAL.get(command, set()) | OURS.get(command, set())
    known = {name.lower() for name in wanted.parameters}
    assert known - fields - ours.refuses == set(), "neither a field of the request nor refused"
    assert fields - known - more == set(), "not in the contract"
    assert ours.refuses - known - more == set(), "refused, but not in the contract"
    assert fields & ours.refuses <= {"projectid"}, "both a field and refused"


def test_what_the_contract_requires_is_not_refused(command: str) -> None:
    ours, wanted = pair(command)
    assert not wanted.required & ours.refuses


def test_nothing_is_required_beyond_the_contract(command: str) -> None:
    ours, wanted = pair(command)
    needed = {name for name, field in ours.request.model_fields.items() if field.is_required()}
    assert needed <= wanted.required | MORE_REQUIRED.get(command, set())


def test_response_kind_and_roles(command: str) -> None:
    ours, wanted = pair(command)
    assert ours.response_name == wanted.response
    assert ours.asynchronous == wanted.asynchronous
    if command not in LOGIN:
        assert ours.roles == wanted.roles


def test_file_and_class_have_the_command_s_name(command: str) -> None:
    function: Function = OPERATIONS[command]
    assert function.module.rpartition(".")[2] == snake(command)


def test_descriptions_are_sentences_in_our_words(command: str) -> None:
    ours, _ = pair(command)
    assert re.match(r"[A-Z].{5,}\.", ours.description, re.DOTALL), "say what the command does, with a full stop"
    silent = [name for name, field in ours.request.model_fields.items() if not field.description]
    assert silent == []
