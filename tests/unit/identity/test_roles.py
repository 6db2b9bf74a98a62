"""Roles of somebody's own making: made, imported, changed, deleted, and given to accounts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from javelin.contract.caller import EVERYONE
from javelin.contract.rules import commands_of
from javelin.data.records.account import Account
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People

Json = dict[str, Any]
USER = BUILT_IN["User"][0]


def made(cloud: Cloud, name: str = "r", **parameters: str) -> str:
    """The id of a new role."""
    wanted = parameters if "roleid" in parameters else {"type": "User", **parameters}
    key: str = cloud.call("createRole", name=name, **wanted)["role"]["id"]
    return key


def add(cloud: Cloud, role: str, rule: str, permission: str = "allow") -> str:
    """The id of a new rule."""
    answer = cloud.call("createRolePermission", roleid=role, rule=rule, permission=permission)
    key: str = answer["rolepermission"]["id"]
    return key


def rules(cloud: Cloud, role: str) -> list[tuple[str, str]]:
    """What a role's rules say."""
    rows = cloud.call("listRolePermissions", roleid=role).get("rolepermission", [])
    return [(row["rule"], row["permission"]) for row in rows]


def refused(cloud: Cloud, code: int, command: str, **parameters: str) -> str:
    """The text of a refusal, which must leave all roles as they are."""
    before = state()
    with pytest.raises(Refused) as refusal:
        cloud.call(command, **parameters)
    assert refusal.value.code == code, refusal.value.text
    assert state() == before
    return refusal.value.text


def state() -> list[str]:
    """All roles and who has which."""
    return sorted(str(row.attribute_values) for model in (Role, Account) for row in model.scan())


def test_a_role_is_made_and_listed(cloud: Cloud) -> None:
    shown = cloud.call("createRole", name="readers", type="user", description="who look", ispublic="false")["role"]
    assert {**shown, "id": ""} == {
        "id": "", "name": "readers", "type": "User", "description": "who look", "ispublic": False, "isdefault": False,
        "state": "enabled",
    }  # fmt: skip
    assert cloud.call("listRoles", name="Readers")["role"] == [shown]
    assert cloud.call("listRoles", id=shown["id"], type="DomainAdmin") == {}
    assert cloud.call("listRoles", keyword="read", state="enabled")["count"] == 1
    assert "already" in refused(cloud, 431, "createRole", name="READERS", type="User")
    for name in ("Root Admin", "user"):
        refused(cloud, 431, "createRole", name=name, type="User")


@pytest.mark.parametrize(
    "wrong",
    [{}, {"type": "King"}, {"type": "User", "roleid": USER}, {"roleid": "00000000-0000-7000-8000-00000000dead"},
     {"type": "User", "name": " "}, {"type": "User", "name": "n" * 101}],
)  # fmt: skip
def test_a_role_needs_a_name_and_either_type_or_model(cloud: Cloud, wrong: dict[str, str]) -> None:
    refused(cloud, 431, "createRole", **{"name": "r", **wrong})


def test_a_role_like_another_has_its_rules(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(cloud)
    add(cloud, first, "listZones", "deny")
    add(cloud, first, "list*")
    second = made(cloud, "s", roleid=first)
    assert rules(cloud, second) == [("listZones", "deny"), ("list*", "allow")]
    user = made(cloud, "t", roleid=bootstrapped("User"))
    assert rules(cloud, user) == [(command, "allow") for command in commands_of("User")]
    monkeypatch.setattr("functions.identity._rules.MOST_RULES", 3)
    refused(cloud, 535, "createRole", name="u", roleid=user)


def bootstrapped(kind: str) -> str:
    """The id of a built-in role, which the cloud has from its beginning."""
    key, name = BUILT_IN[kind]  # type: ignore[index]  # of EVERYONE
    Role(key, name=name, type=kind).save()
    return key


@pytest.mark.parametrize("kind", sorted(EVERYONE))
def test_built_in_roles_are_shown_and_never_changed(cloud: Cloud, kind: str) -> None:
    role = bootstrapped(kind)
    rows = cloud.call("listRolePermissions", roleid=role)["rolepermission"]
    assert ({row["rule"] for row in rows}, {row["permission"] for row in rows}) == ({*commands_of(kind)}, {"allow"})
    assert len({row["id"] for row in rows}) == len(rows)
    for command in ("deleteRole", "enableRole", "disableRole", "updateRole"):
        assert "cloud's own" in refused(cloud, 431, command, id=role)
    refused(cloud, 431, "createRolePermission", roleid=role, rule="listZones", permission="deny")
    refused(cloud, 431, "updateRolePermission", roleid=role, ruleid=rows[0]["id"], permission="deny")
    refused(cloud, 431, "deleteRolePermission", id=rows[0]["id"])


def test_rules_are_added_changed_ordered_and_taken_away(cloud: Cloud) -> None:
    role = made(cloud)
    first, second, third = add(cloud, role, "listZones", "Deny"), add(cloud, role, "list*"), add(cloud, role, " *VPC ")
    assert rules(cloud, role) == [("listZones", "deny"), ("list*", "allow"), ("*VPC", "allow")]
    cloud.call("updateRolePermission", roleid=role, ruleid=third, permission="deny")
    cloud.call("updateRolePermission", roleid=role, ruleorder=f"{third},{first},{second}")
    assert rules(cloud, role) == [("*VPC", "deny"), ("listZones", "deny"), ("list*", "allow")]
    cloud.call("deleteRolePermission", id=first)
    assert rules(cloud, role) == [("*VPC", "deny"), ("list*", "allow")]
    assert add(cloud, role, "listZones") not in (first, second, third)


def test_what_is_no_rule_is_refused(cloud: Cloud) -> None:
    role = made(cloud)
    rule = add(cloud, role, "listZones")
    other = add(cloud, made(cloud, "s"), "listZones")
    absent = "00000000-0000-7000-8000-00000000dead"
    create = {"roleid": role, "permission": "allow"}
    for bad in ("list Zones;", "list.*", "l\u0131st*", "x" * 101, "LISTZONES", "createZone"):
        refused(cloud, 431, "createRolePermission", **create, rule=bad)
    refused(cloud, 431, "createRolePermission", roleid=role, rule="list*", permission="perhaps")
    refused(cloud, 431, "createRolePermission", roleid=absent, rule="list*", permission="allow")
    change = {"roleid": role}
    denied = add(cloud, role, "createZone", "deny")
    refused(cloud, 431, "updateRolePermission", **change, ruleid=denied, permission="allow")
    for order in (absent, rule, f"{rule},{rule}", other, f"{rule},{other}", f"{rule},{denied},{denied}"):
        refused(cloud, 431, "updateRolePermission", **change, ruleorder=order)
    for bits in (
        {}, {"ruleid": rule}, {"permission": "deny"}, {"ruleid": rule, "permission": "x"},
        {"ruleid": other, "permission": "deny"}, {"ruleid": rule, "permission": "deny", "ruleorder": rule},
    ):  # fmt: skip
        refused(cloud, 431, "updateRolePermission", **change, **bits)
    refused(cloud, 431, "deleteRolePermission", id=absent)
    refused(cloud, 431, "deleteRolePermission", id=role)
    refused(cloud, 431, "listRolePermissions", roleid=absent)


def test_without_a_role_the_rules_of_all_are_listed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    role = made(cloud)
    add(cloud, role, "listZones")
    transaction = Transaction()
    transaction.create(Role(USER, name="User", type="User"))
    transaction.commit()
    listed = cloud.call("listRolePermissions")
    rows = listed["rolepermission"]
    assert [row["rule"] for row in rows if row["roleid"] == USER] == commands_of("User")
    assert [row for row in rows if row["roleid"] == role] == cloud.call("listRolePermissions", roleid=role)[
        "rolepermission"
    ]
    assert listed["count"] == len(rows)
    monkeypatch.setattr("functions.identity.list_role_permissions.MOST", len(rows) - 1)
    assert "roleid" in refused(cloud, 431, "listRolePermissions")


def test_rules_of_roles_that_have_more_are_not_among_all(cloud: Cloud) -> None:
    add(cloud, made(cloud, "wide", type="Admin"), "*")
    narrow = cloud.call("createRole", name="narrow", type="Admin")["role"]["id"]
    for rule in ("listRoles", "listRolePermissions"):
        add(cloud, narrow, rule)
    auditor = cloud.caller("auditor", role="Admin").model_copy(update={"role_id": narrow})
    assert {row["rolename"] for row in cloud.call("listRolePermissions", auditor)["rolepermission"]} == {"narrow"}


def test_a_role_has_so_many_rules(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.identity._rules.MOST_RULES", 1)
    role = made(cloud)
    add(cloud, role, "list*")
    refused(cloud, 535, "createRolePermission", roleid=role, rule="create*", permission="allow")


def test_rules_fit_into_their_role(cloud: Cloud) -> None:
    """Descriptions of characters that take the most room."""
    rule = {"permission": "allow", "description": "\N{OLD ITALIC LETTER A}" * 1000}
    long = {
        f"rules__{row}__{name}": value
        for row in range(20)
        for name, value in {**rule, "rule": f"list{'x' * row}"}.items()
    }
    refused(cloud, 535, "importRole", name="i", type="User", **long)


def test_ids_of_rules_come_again_only_after_all_others(cloud: Cloud) -> None:
    role = made(cloud)
    first = add(cloud, role, "listZones")
    record = Role.require(role)
    record.issued = (1 << 16) - 1
    record.save()
    second = add(cloud, role, "list*")
    assert second not in (first, role)
    assert second[:-4] == role[:-4]


def test_a_role_is_imported_whole_or_not_at_all(cloud: Cloud) -> None:
    given = {"name": "i", "type": "DomainAdmin", "rules__0__rule": "list*", "rules__0__permission": "allow",
             "rules__0__description": "look", "rules__1__rule": "*", "rules__1__permission": "deny"}  # fmt: skip
    role = cloud.call("importRole", **given, description="d", ispublic="false")["role"]
    assert (role["type"], role["ispublic"], role["description"]) == ("DomainAdmin", False, "d")
    assert rules(cloud, role["id"]) == [("list*", "allow"), ("*", "deny")]
    assert cloud.call("listRolePermissions", roleid=role["id"])["rolepermission"][0]["description"] == "look"
    refused(cloud, 431, "importRole", **given)
    refused(cloud, 431, "importRole", **{**given, "name": "j", "rules__1__rule": "no rule"})
    refused(cloud, 431, "importRole", **{**given, "name": "j", "rules__1__permission": ""})
    refused(cloud, 431, "importRole", name="j", rules__0__rule="list*", rules__0__permission="allow")
    again = {**given, "type": "User", "rules__1__rule": "createVolume", "rules__1__permission": "allow"}
    forced = cloud.call("importRole", **again, forced="true")["role"]
    assert (forced["id"], forced["type"], forced["ispublic"]) == (role["id"], "User", True)
    assert rules(cloud, role["id"]) == [("list*", "allow"), ("createVolume", "allow")]
    cloud.call("createAccount", username="ada", roleid=role["id"], **PERSON)
    refused(cloud, 536, "importRole", **given, forced="true")


def test_a_role_is_changed(cloud: Cloud) -> None:
    role = made(cloud, "old", description="d")
    add(cloud, role, "list*")
    shown = cloud.call("updateRole", id=role, name="new", type="DomainAdmin", ispublic="false")["role"]
    assert (shown["name"], shown["type"], shown["description"], shown["ispublic"]) == ("new", "DomainAdmin", "d", False)
    made(cloud, "old")
    refused(cloud, 431, "updateRole", id=role, name="old")
    refused(cloud, 431, "updateRole", id=role, type="King")
    add(cloud, role, "createAccount")
    assert "createAccount" in refused(cloud, 431, "updateRole", id=role, type="User")
    assert cloud.call("updateRole", id=role, name="NEW")["role"]["name"] == "NEW"


def test_a_role_that_accounts_have_keeps_its_type_and_stays(cloud: Cloud, people: People) -> None:
    role = made(cloud)
    account = cloud.call("createAccount", username="ada", roleid=role, **PERSON)["account"]
    assert (account["roleid"], account["rolename"], account["roletype"]) == (role, "r", "User")
    assert account["user"][0]["rolename"] == "r"
    assert "1 accounts" in refused(cloud, 536, "deleteRole", id=role)
    refused(cloud, 536, "updateRole", id=role, type="DomainAdmin")
    assert cloud.call("listUsers", listall="true", username="ada")["user"][0]["rolename"] == "r"
    assert cloud.call("listAccounts", id=account["id"])["account"][0]["rolename"] == "r"
    cloud.call("updateAccount", id=account["id"], roleid=role)
    cloud.call("updateAccount", id=account["id"], roleid=USER)
    assert int(Role.require(role).holders) == 0
    assert cloud.call("deleteRole", id=role) == {"success": True}
    refused(cloud, 431, "deleteRole", id=role)
    made(cloud)
    refused(cloud, 431, "updateAccount", id=people.account("eve")["id"], roleid=role)


def test_a_role_is_given_or_deleted_never_both(cloud: Cloud, people: People) -> None:
    """Two accounts are given the role while it is deleted, again and again."""

    def attempt(command: str, parameters: Json) -> bool:
        try:
            cloud.call(command, **parameters)
        except Refused:
            return False
        return True

    accounts = [people.account(name)["id"] for name in ("ada", "eve")]
    with ThreadPoolExecutor(3) as pool:
        for turn in range(8):
            role = made(cloud, f"r{turn}")
            calls = [("updateAccount", {"id": account, "roleid": role}) for account in accounts]
            calls.insert(turn % 3, ("deleteRole", {"id": role}))
            list(pool.map(lambda call: attempt(*call), calls))
            holders = sum(Account.require(account).role_id == role for account in accounts)
            found = Role.find(role)
            assert (int(found.holders) if found else 0) == holders
            for account in accounts:
                cloud.call("updateAccount", id=account, roleid=USER)


def test_a_disabled_role_is_given_to_nobody(cloud: Cloud) -> None:
    role = made(cloud)
    for _ in range(2):
        assert cloud.call("disableRole", id=role) == {"success": True}
        assert cloud.call("listRoles", state="disabled")["role"][0]["id"] == role
    refused(cloud, 431, "createAccount", username="ada", roleid=role, **PERSON)
    cloud.call("enableRole", id=role)
    cloud.call("createAccount", username="ada", roleid=role, **PERSON)


def test_administrators_of_domains_give_public_roles_alone(cloud: Cloud, people: People) -> None:
    domain = people.domain("d")["id"]
    boss = people.caller(people.account("boss", 2, domain))
    public, hidden = made(cloud, "public"), made(cloud, "hidden", ispublic="false")
    admins = made(cloud, "admins", type="Admin")
    assert {row["id"] for row in cloud.call("listRoles", boss)["role"]} == {public}
    assert {row["id"] for row in cloud.call("listRoles")["role"]} == {public, hidden, admins}
    assert cloud.call("createAccount", boss, username="ada", roleid=public, **PERSON)["account"]["roleid"] == public
    for role, code in ((hidden, 431), (admins, 531)):
        with pytest.raises(Refused) as refusal:
            cloud.call("createAccount", boss, username="eve", roleid=role, **PERSON)
        assert refusal.value.code == code
