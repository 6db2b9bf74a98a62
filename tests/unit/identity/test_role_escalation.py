"""The subset rule with roles of somebody's own making: nobody makes, changes, gives or meets more than it has."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data.records.account import Account
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.records.user import User
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People

HAS = ("list*", "*Role*", "*Account", "*User*")


class Court:
    """A minister whose role has some rules, and roles and people with less and with more."""

    def __init__(self, cloud: Cloud, people: People) -> None:
        self.cloud, self.people = cloud, people
        self.own = self.role("ministers", "Admin", *HAS)
        self.less = self.role("clerks", "Admin", "list*")
        self.more = self.role("kings", "Admin", "list*", "createZone")
        self.veiled = self.role("veiled", "Admin", "createZone", "*", deny=("createZone",))
        self.minister, self.clerk, self.king = (
            self.caller(name, role)
            for name, role in (("minister", self.own), ("clerk", self.less), ("king", self.more))
        )

    def role(self, name: str, kind: str, *allowed: str, deny: tuple[str, ...] = ()) -> str:
        """A role of these rules, those that deny first."""
        rows = [*((rule, "deny") for rule in deny), *((rule, "allow") for rule in allowed if rule not in deny)]
        wanted = {
            f"rules__{place}__{key}": value
            for place, (rule, permission) in enumerate(rows)
            for key, value in (("rule", rule), ("permission", permission))
        }
        key: str = self.cloud.call("importRole", name=name, type=kind, **wanted)["role"]["id"]
        return key

    def caller(self, name: str, role: str, domain: str = "") -> Caller:
        """A new account that has the role, and its user."""
        place = {"domainid": domain} if domain else {}
        made = self.cloud.call("createAccount", username=name, roleid=role, **PERSON, **place)["account"]
        return self.people.caller(made)

    def rules(self, role: str) -> list[str]:
        """The ids of a role's rules."""
        return [row["id"] for row in Role.require(role).rules]


@pytest.fixture
def court(cloud: Cloud, people: People) -> Court:
    """Everybody."""
    return Court(cloud, people)


def state() -> list[str]:
    """Everything that gives rights."""
    return sorted(str(row.attribute_values) for model in (Role, Account, User) for row in model.scan())


def test_nobody_makes_or_changes_a_role_to_have_more(cloud: Cloud, court: Court) -> None:
    Role(BUILT_IN["User"][0], name="User", type="User").save()
    create_zone, everything = court.rules(court.veiled)
    attempts: list[tuple[str, dict[str, str]]] = [
        ("createRole", {"name": "x", "roleid": court.more}),
        ("createRole", {"name": "x", "roleid": BUILT_IN["User"][0]}),
        ("importRole", {"name": "x", "type": "Admin", "rules__0__rule": "*", "rules__0__permission": "allow"}),
        ("importRole", {"name": "kings", "type": "Admin", "rules__0__rule": "list*", "rules__0__permission": "allow",
                        "forced": "true"}),
        ("createRolePermission", {"roleid": court.less, "rule": "createZone", "permission": "allow"}),
        ("createRolePermission", {"roleid": court.less, "rule": "c*", "permission": "allow"}),
        ("createRolePermission", {"roleid": court.own, "rule": "createZone", "permission": "allow"}),
        ("createRolePermission", {"roleid": court.more, "rule": "listZones", "permission": "deny"}),
        ("deleteRolePermission", {"id": create_zone}),
        ("deleteRolePermission", {"id": court.rules(court.more)[0]}),
        ("updateRolePermission", {"roleid": court.veiled, "ruleorder": f"{everything},{create_zone}"}),
        ("updateRolePermission", {"roleid": court.veiled, "ruleid": create_zone, "permission": "allow"}),
        ("updateRole", {"id": court.more, "name": "mine"}), ("deleteRole", {"id": court.more}),
        ("disableRole", {"id": court.more}), ("enableRole", {"id": court.more}),
        ("listRolePermissions", {"roleid": court.more}),
    ]  # fmt: skip
    before = state()
    for command, parameters in attempts:
        refused(cloud, 531, command, court.minister, **parameters)
    refused(cloud, 431, "disableRole", court.minister, id=court.own)
    assert state() == before


def test_who_has_enough_makes_and_changes_roles(cloud: Cloud, court: Court) -> None:
    role = cloud.call("createRole", court.minister, name="x", roleid=court.less)["role"]["id"]
    cloud.call("createRolePermission", court.minister, roleid=role, rule="listHosts", permission="deny")
    cloud.call("updateRole", court.minister, id=role, type="DomainAdmin")
    rule = cloud.call("createRolePermission", court.minister, roleid=role, rule="createUser", permission="allow")
    cloud.call("deleteRolePermission", court.minister, id=rule["rolepermission"]["id"])
    assert len(cloud.call("listRolePermissions", court.minister, roleid=role)["rolepermission"]) == 2
    assert {row["id"] for row in cloud.call("listRoles", court.minister)["role"]} == {court.own, court.less, role}
    cloud.call("deleteRole", court.minister, id=role)


def test_nobody_gives_a_role_with_more(cloud: Cloud, court: Court) -> None:
    before = state()
    for more in ({"roleid": court.more}, {"roleid": court.veiled}, {"accounttype": "0"}, {"accounttype": "1"}):
        refused(cloud, 531, "createAccount", court.minister, username="mole", **PERSON, **more)
    refused(cloud, 531, "updateAccount", court.minister, id=court.clerk.account_id, roleid=court.more)
    refused(cloud, 431, "updateAccount", court.minister, id=court.minister.account_id, roleid=court.less)
    assert state() == before
    cloud.call("updateAccount", court.minister, id=court.clerk.account_id, roleid=court.own)


CHANGES: dict[str, dict[str, str]] = {
    "registerUserKeys": {}, "getUserKeys": {}, "updateUser": {"firstname": "Eve"}, "lockUser": {}, "disableUser": {},
    "enableUser": {}, "deleteUser": {},
}  # fmt: skip


def test_nobody_acts_on_users_whose_role_has_more(cloud: Cloud, court: Court) -> None:
    plain = court.people.caller(court.people.account("user"))
    before = state()
    for target in (court.king, plain):
        for command, more in CHANGES.items():
            refused(cloud, 531, command, court.minister, id=target.user_id, **more)
        refused(cloud, 531, "createUser", court.minister, account=target.account, username="mole", **PERSON)
        refused(cloud, 531, "disableAccount", court.minister, id=target.account_id, lock="true")
        assert state() == before


def test_who_has_enough_acts_on_users_of_roles(cloud: Cloud, court: Court) -> None:
    """Every function that shows or changes people may read their roles."""
    made = cloud.call("createUser", court.minister, account="clerk", username="second", **PERSON)["user"]
    assert made["rolename"] == "clerks"
    for command, more in CHANGES.items():
        cloud.call(command, court.minister, id=made["id"], **more)
    for lock in ("true", "false"):
        cloud.call("disableAccount", court.minister, id=court.clerk.account_id, lock=lock)
    for command in ("lockAccount", "enableAccount"):
        shown = cloud.call(command, court.minister, account="clerk", domainid=court.clerk.domain_id)["account"]
        assert shown["rolename"] == "clerks"
    keys = cloud.call("registerUserKeys", court.minister, id=court.clerk.user_id)["userkeys"]
    assert cloud.call("getUser", court.minister, userapikey=keys["apikey"])["user"]["rolename"] == "clerks"


def test_a_role_that_changes_while_it_is_given_is_not_given(
    cloud: Cloud, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody adds a rule between the look at the role and the writing."""
    from functions.identity import create_account

    read = create_account.given_role

    def meanwhile(caller: Caller, role_id: str) -> Role:
        role = read(caller, role_id)
        cloud.call("createRolePermission", roleid=role_id, rule="createZone", permission="allow")
        return role

    monkeypatch.setattr(create_account, "given_role", meanwhile)
    refused(cloud, 530, "createAccount", court.minister, username="mole", roleid=court.less, **PERSON)
    assert not [row for row in Account.scan() if row.name == "mole"]


def refused(cloud: Cloud, code: int, command: str, caller: Any, **parameters: str) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.call(command, caller, **parameters)
    assert refusal.value.code == code, (command, parameters, refusal.value.text)
