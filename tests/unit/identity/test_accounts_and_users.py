"""createAccount, createUser, listAccounts, listUsers, and who may make whom."""

from __future__ import annotations

import pytest

from javelin.contract.secret import Secret
from javelin.data.passwords import password_matches
from javelin.data.records.role import BUILT_IN
from javelin.data.records.user import User
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People


def names(rows: list[dict[str, str]], key: str = "name") -> list[str]:
    return [row[key] for row in rows]


def test_an_account_comes_with_its_user_and_role(people: People) -> None:
    account = people.account("ada")
    assert (account["name"], account["accounttype"], account["roletype"], account["domain"]) == (
        "ada",
        0,
        "User",
        "ROOT",
    )
    assert account["user"][0]["username"] == "ada"
    assert account["user"][0]["accountid"] == account["id"]
    kept = User.require(account["user"][0]["id"]).password
    assert kept
    assert "secret" not in kept.reveal()
    assert password_matches(Secret("secret"), kept)


def test_more_users_are_shown_with_their_account(cloud: Cloud, people: People) -> None:
    people.account("ada")
    cloud.call("createUser", account="ada", username="bob", **PERSON)
    listed = cloud.call("listAccounts", name="ada")["account"][0]
    assert sorted(names(listed["user"], "username")) == ["ada", "bob"]
    assert names(cloud.call("listUsers", listall="true", username="bob")["user"], "username") == ["bob"]


def test_names_are_unique_in_a_domain_only(cloud: Cloud, people: People) -> None:
    people.account("ada")
    with pytest.raises(Refused, match="already"):
        people.account("Ada")
    people.account("ada", domain=people.domain("d")["id"])
    with pytest.raises(Refused, match="already"):
        cloud.call("createUser", account="ada", username="ADA", **PERSON)


@pytest.mark.parametrize("wrong", [{"accounttype": "9"}, {"roleid": "00000000-0000-7000-8000-00000000ffff"}, {}])
def test_a_role_must_be_given(cloud: Cloud, wrong: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.call("createAccount", username="x", **PERSON, **wrong)
    assert refusal.value.code == 431
    assert cloud.call("listAccounts", name="x") == {}


def test_a_role_counts_more_than_the_type_that_clients_send_beside_it(cloud: Cloud, people: People) -> None:
    role, domain = BUILT_IN["DomainAdmin"][0], people.domain("d")["id"]
    given = {"roleid": role, "accounttype": "0", "domainid": domain}
    made = cloud.call("createAccount", username="ada", **given, **PERSON)["account"]
    assert (made["roleid"], made["roletype"], made["accounttype"]) == (role, "DomainAdmin", 2)


def test_a_domain_admin_makes_accounts_below_itself_and_nobody_stronger(cloud: Cloud, people: People) -> None:
    mine, other = people.domain("mine"), people.domain("other")
    inner = people.domain("inner", mine["id"])
    admin = people.caller(people.account("boss", 2, mine["id"]))
    made = cloud.call("createAccount", admin, username="u", accounttype="0", domainid=inner["id"], **PERSON)["account"]
    assert made["domainpath"] == "ROOT/mine/inner"
    for kind, code in (("1", 531), ("3", 531)):
        with pytest.raises(Refused) as refusal:
            cloud.call("createAccount", admin, username=f"x{kind}", accounttype=kind, **PERSON)
        assert refusal.value.code == code
    for foreign in (other["id"], cloud.root.domain_id):
        with pytest.raises(Refused, match="Unable to find domain"):
            cloud.call("createAccount", admin, username="y", accounttype="0", domainid=foreign, **PERSON)


def test_administrators_live_where_their_power_ends(people: People) -> None:
    with pytest.raises(Refused, match="below ROOT"):
        people.account("x", 2)
    with pytest.raises(Refused, match="below ROOT"):
        people.account("x", 1, people.domain("d")["id"])


def test_lists_show_what_the_caller_governs(cloud: Cloud, people: People) -> None:
    mine = people.domain("mine")
    inner = people.domain("inner", mine["id"])
    boss = people.account("boss", 2, mine["id"])
    people.account("u", 0, inner["id"])
    people.account("stranger")
    admin = people.caller(boss)
    assert names(cloud.call("listAccounts", admin)["account"]) == ["boss"]
    assert sorted(names(cloud.call("listAccounts", admin, listall="true")["account"])) == ["boss", "u"]
    assert sorted(names(cloud.call("listAccounts", listall="true")["account"])) == ["admin", "boss", "stranger", "u"]
    recursive = cloud.call("listAccounts", domainid=mine["id"], isrecursive="true")
    assert sorted(names(recursive["account"])) == ["boss", "u"]
    assert sorted(names(cloud.call("listUsers", admin, listall="true")["user"], "username")) == ["boss", "u"]
    user = people.caller(people.account("plain", 0, inner["id"]))
    assert names(cloud.call("listAccounts", user, listall="true")["account"]) == ["plain"]
    assert cloud.call("listAccounts", user, id=boss["id"]) == {}
    assert cloud.call("listUsers", user, id=boss["user"][0]["id"]) == {}


def test_roles_with_more_rights_are_hidden(cloud: Cloud, people: People) -> None:
    from functions.identity.actions.bootstrap import handler

    handler({}, None)
    admin = people.caller(people.account("boss", 2, people.domain("d")["id"]))
    assert cloud.call("listRoles")["count"] == 4
    assert sorted(names(cloud.call("listRoles", admin)["role"], "type")) == ["DomainAdmin", "User"]
