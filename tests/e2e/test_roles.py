"""Roles, keys and users end to end: what a role allows changes with its rules, and whoever has it notices at once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.local.api import Row
from javelin.data.setting import KEPT
from tests.e2e.local_cloud import eventually
from tests.e2e.signed import Key
from tests.e2e.site import Site, Tenant


@pytest.fixture(scope="module")
def reader(site: Site) -> tuple[str, Tenant]:
    """A role that lists, and a user who has it."""
    role: Row = site.api.call("createRole", name="readers", type="User", description="who look")["role"]
    site.api.call("createRolePermission", roleid=role["id"], rule="list*", permission="allow")
    tenant = site.tenant("reader")
    site.api.call("updateAccount", id=tenant.account, roleid=role["id"])
    return role["id"], tenant


def status(tenant: Tenant, command: str, **parameters: str) -> int:
    """The HTTP status of a call."""
    return tenant.raw.call(command, **parameters).status


def becomes(wanted: int, ask: Callable[[], int]) -> bool:
    """Whether a status is seen within the seconds that a setting takes."""
    return bool(eventually(lambda: ask() == wanted, f"status {wanted}"))


def test_a_role_allows_what_its_rules_say_from_the_next_call_on(site: Site, reader: tuple[str, Tenant]) -> None:
    role, tenant = reader
    group = {"name": "key-of-reader"}
    assert (status(tenant, "listZones"), status(tenant, "createSSHKeyPair", **group)) == (200, 432)
    allowed = {api["name"] for api in tenant.api.rows("listApis", "api")}
    assert "listZones" in allowed
    assert not {"createSSHKeyPair", "createZone", "listHosts"} & allowed
    first, *_ = site.api.rows("listRolePermissions", "rolepermission", roleid=role)
    added = site.api.call("createRolePermission", roleid=role, rule="listZones", permission="deny")["rolepermission"]
    assert status(tenant, "listZones") == 200
    site.api.call("updateRolePermission", roleid=role, ruleorder=f"{added['id']},{first['id']}")
    assert (status(tenant, "listZones"), status(tenant, "listVolumes")) == (432, 200)
    site.api.call("updateRolePermission", roleid=role, ruleid=added["id"], permission="allow")
    assert status(tenant, "listZones") == 200
    site.api.call("deleteRolePermission", id=added["id"])
    site.api.call("disableRole", id=role)
    assert (status(tenant, "listZones"), status(tenant, "listApis")) == (432, 432)
    site.api.call("enableRole", id=role)
    assert status(tenant, "listZones") == 200


def test_roles_are_made_of_others_changed_and_deleted(site: Site, reader: tuple[str, Tenant]) -> None:
    role, _ = reader
    copy = site.api.call("createRole", name="copy", roleid=role)["role"]
    changed = site.api.call("updateRole", id=copy["id"], name="changed", ispublic="false")["role"]
    assert (changed["name"], changed["ispublic"], changed["state"]) == ("changed", False, "enabled")
    rules = {"rules[0].rule": "*", "rules[0].permission": "deny"}
    imported = site.api.call("importRole", name="changed", type="User", forced="true", **rules)["role"]
    assert imported["id"] == copy["id"]
    (row,) = site.api.rows("listRolePermissions", "rolepermission", roleid=copy["id"])
    assert (row["rule"], row["permission"]) == ("*", "deny")
    assert {row["name"] for row in site.api.rows("listRoles", "role")} >= {"readers", "changed", "Root Admin", "User"}
    assert site.api.call("deleteRole", id=copy["id"])["success"] is True


def test_a_domain_administrator_lends_no_power(site: Site, reader: tuple[str, Tenant]) -> None:
    role, tenant = reader
    domain = site.domain("lenders")
    boss = site.tenant("lender", "DomainAdmin", domain)
    hidden = site.api.call("createRole", name="hidden", type="User", ispublic="false")["role"]["id"]
    person = {"email": "a@example.org", "firstname": "A", "lastname": "B", "password": secrets.token_urlsafe(16)}
    made = boss.raw.call("createAccount", username="borrower", roleid=role, **person)
    assert (made.status, made.inside["account"]["rolename"]) == (200, "readers")
    assert boss.raw.call("createAccount", username="mole", roleid=hidden, **person).status == 431
    assert (status(boss, "createRole", name="mine", type="User"), status(tenant, "getApiLimit")) == (432, 432)
    site.api.call("deleteRole", id=hidden)


def test_keys_are_carried_over_kept_from_use_and_moved_with_their_user(site: Site) -> None:
    domain = site.domain("movers")
    tenant, other = site.tenant("mover", "User", domain), site.tenant("host-of-mover", "User", domain)
    chosen = Key(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    site.cloud.secrets["chosen secret key of mover"] = chosen.secret
    site.api.call("updateUser", id=tenant.user, userapikey=chosen.key, usersecretkey=chosen.secret)
    assert status(tenant, "listZones") == 401
    mover = replace(tenant, key=chosen)
    shown = mover.raw.call("getUserKeys", id=tenant.user).inside["userkeys"]
    assert (shown["apikey"], shown["apikeyaccess"]) == (chosen.key, True)
    site.api.call("updateUser", id=tenant.user, apikeyaccess="Disabled")
    assert status(mover, "listZones") == 401
    assert [row["id"] for row in site.api.rows("listUsers", "user", listall="true", apikeyaccess="Disabled")] == [
        tenant.user
    ]
    site.api.call("updateUser", id=tenant.user, apikeyaccess="Inherit")
    assert site.api.call("getUser", userapikey=chosen.key)["user"]["account"] == "mover"
    assert site.api.call("moveUser", id=tenant.user, accountid=other.account)["success"] is True
    assert mover.raw.call("getUser", userapikey=chosen.key).status == 432
    assert {row["username"] for row in mover.api.rows("listUsers", "user")} == {"mover", "host-of-mover"}


def test_an_account_that_has_called_too_often_is_let_call_again(site: Site) -> None:
    tenant = site.tenant("busy")
    limit = tenant.raw.call("getApiLimit").inside["apilimit"]
    assert (limit["account"], limit["apiAllowed"]) == ("busy", 1000)
    for name, value in (("api.throttling.interval", "3600"), ("api.throttling.max", "3")):
        site.api.call("updateConfiguration", name=name, value=value)
    try:
        assert becomes(429, lambda: status(tenant, "listZones"))
        site.api.call("resetApiLimit", account=tenant.account)
        assert becomes(200, lambda: status(tenant, "listZones"))
    finally:
        for name in ("api.throttling.interval", "api.throttling.max"):
            site.api.call("resetConfiguration", name=name)
        over = time.monotonic() + KEPT
        eventually(lambda: time.monotonic() > over, "the end of what workers know, which would hold up other tests")
