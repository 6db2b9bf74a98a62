"""Roles of somebody's own making at the edge: ordered rules within what the role's type has."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client

from functions.api import _callers
from functions.api import app as edge_app
from functions.api._catalog import catalog
from javelin.contract.caller import EVERYONE, RoleType
from javelin.contract.rules import ALWAYS
from javelin.contract.secret import Secret
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from tests.cloud import Cloud
from tests.unit.api.edge import Edge

Json = dict[str, Any]
COMMANDS = sorted(command for command, entry in catalog().items() if entry["roles"])
RULES = ("*", "list*", "*Zone*", "create*", "*s", "listZones", "deployVirtualMachine", "queryAsyncJobResult", "*Role*")


class Tenant:
    """An account whose role has these rules, and the edge as its user sees it."""

    def __init__(self, client: Client, cloud: Cloud, kind: RoleType, rules: list[tuple[str, str]]) -> None:
        self.role = Role(new_id(), name=new_id(), type=kind, built_in=False)
        self.set(rules)
        caller = cloud.caller(new_id(), None if kind != "DomainAdmin" else cloud.domain(new_id()))
        account = Account.require(caller.account_id)
        account.role_id, account.role_type = self.role.id, kind
        account.save()
        user = User(
            new_id(), username="u", first_name="", last_name="", email="u@e.org", account_id=account.id, account=account.name,
            domain_id=account.domain_id, domain_path=account.domain_path, api_key=new_id(),
        )  # fmt: skip
        transaction = Transaction()
        transaction.create(user)
        transaction.create(ApiKey(user.api_key, secret=Secret("s"), user_id=user.id, account_id=account.id))
        transaction.commit()
        self.account, self.edge = account, Edge(client, user.api_key or "", "s")

    def set(self, rules: list[tuple[str, str]], state: str = "enabled") -> None:
        """Let the role have these rules from now on."""
        self.role.rules = [
            {"id": new_id(), "rule": rule, "permission": permission, "description": ""} for rule, permission in rules
        ]
        self.role.state = state
        self.role.save()

    def may(self) -> set[str]:
        """The commands that the edge decides to let through."""
        proven = _callers.by_signature(self.edge.signed("listApis"))
        return {command for command in COMMANDS if proven.may(command, catalog()[command]["roles"])}

    def passes(self, commands: list[str]) -> set[str]:
        """Those of the commands that the edge does let through."""
        return {command for command in commands if self.edge.call(command).status == 200}


@pytest.fixture
def client(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """An edge behind which every command succeeds."""
    monkeypatch.setattr(edge_app, "invoke", lambda function, payload: {"body": {}})
    _callers._roles_of.clear()
    with Client(edge_app.app) as started:
        yield started


def naive(kind: str, rules: list[tuple[str, str]]) -> set[str]:
    """What a role should have."""
    found = set(ALWAYS)
    for command in COMMANDS:
        fit = [how for rule, how in rules if re.fullmatch(rule.lower().replace("*", ".*"), command.lower())]
        if kind in catalog()[command]["roles"] and fit and fit[0] == "allow":
            found.add(command)
    return found


@pytest.mark.parametrize("kind", sorted(EVERYONE))
def test_every_command_is_decided_by_type_and_rules(cloud: Cloud, client: Client, kind: RoleType) -> None:
    """The matrix of roles: every command against rules that a naive model judges too."""
    choose = random.Random(kind)
    tenant = Tenant(client, cloud, kind, [])
    for _ in range(20):
        rules = [(choose.choice(RULES), choose.choice(("allow", "deny"))) for _ in range(choose.randint(1, 5))]
        tenant.set(rules)
        assert tenant.may() == naive(kind, rules), rules
    some = choose.sample(COMMANDS, 10)
    assert tenant.passes(some) == naive(kind, rules) & {*some}


def test_a_role_of_everything_has_what_its_type_has(cloud: Cloud, client: Client) -> None:
    everything = Tenant(client, cloud, "User", [("*", "allow")]).may()
    assert everything == {command for command in COMMANDS if "User" in catalog()[command]["roles"]}


def test_changes_count_from_the_next_call_on(cloud: Cloud, client: Client) -> None:
    tenant = Tenant(client, cloud, "User", [("listZones", "allow")])
    assert tenant.edge.call("listZones").status == 200
    tenant.set([("listZones", "deny"), ("*", "allow")])
    refused = tenant.edge.call("listZones")
    assert (refused.status, list(refused.json)) == (432, ["errorresponse"])
    assert tenant.edge.call("listVolumes").status == 200
    tenant.set([("*", "allow")], state="disabled")
    refused = tenant.edge.call("listApis")
    assert (refused.status, "disabled" in refused.headers["X-Description"]) == (432, True)
    account = Account.require(tenant.account.id)
    account.role_id = BUILT_IN["User"][0]
    account.save()
    assert tenant.edge.call("listZones").status == 200


def test_a_role_that_is_known_costs_no_request(cloud: Cloud, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = Tenant(client, cloud, "User", [("listZones", "allow")])
    assert tenant.edge.call("listZones").status == 200
    monkeypatch.setattr(Role, "find", None)
    assert tenant.edge.call("listZones").status == 200


def test_an_account_without_its_role_is_nobodys(cloud: Cloud, client: Client) -> None:
    tenant = Tenant(client, cloud, "User", [("*", "allow")])
    tenant.role.delete()
    assert tenant.edge.call("listZones").status == 401


def test_a_trace_is_for_who_has_a_role_that_is_enabled(cloud: Cloud, client: Client) -> None:
    tenant = Tenant(client, cloud, "User", [("*", "allow")])
    tenant.set([], state="disabled")
    signed = tenant.edge.signed("trace", jobid="j", format="text")
    query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in signed.items())
    assert client.http.get(f"/client/trace/j?{query}").status_code == 432


def test_apis_are_listed_by_the_role(cloud: Cloud) -> None:
    role = Role(new_id(), name="r", type="User", built_in=False, rules=[
        {"id": new_id(), "rule": "list*Machines", "permission": "allow", "description": ""},
    ])  # fmt: skip
    role.save()
    caller = cloud.caller("u").model_copy(update={"role_id": role.id})
    assert {api["name"] for api in cloud.call("listApis", caller)["api"]} == {"listVirtualMachines", *ALWAYS}
