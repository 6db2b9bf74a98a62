"""Users and their accounts, kept out and let in again; and the past of what they are."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from tests.e2e.local_cloud import eventually
from tests.e2e.sessions import login
from tests.e2e.site import Site


def test_a_second_user_is_locked_and_enabled(site: Site) -> None:
    tenant, password = site.tenant("pair"), secrets.token_urlsafe(16)
    site.cloud.secrets["password of the second user"] = password
    person = {"email": "second@example.org", "firstname": "S", "lastname": "U", "password": password}
    second = site.api.call("createUser", account=tenant.name, username="second-user", **person)["user"]
    for command, state, status in (("lockUser", "locked", 531), ("enableUser", "enabled", 200)):
        assert site.api.call(command, id=second["id"])["user"]["state"] == state
        assert login(site.cloud, "second-user", password).status == status
    assert site.api.call("deleteUser", id=second["id"])["success"] is True
    assert [row["username"] for row in tenant.api.rows("listUsers", "user")] == [tenant.name]


def test_a_locked_account_changes_nothing_until_it_is_enabled(site: Site) -> None:
    tenant = site.tenant("locked")
    locked = site.api.call("lockAccount", account=tenant.name, domainid=tenant.domain)["account"]
    assert locked["state"] == "locked"
    assert tenant.raw.call("listZones").status == 401
    assert site.api.call("enableAccount", id=tenant.account)["account"]["state"] == "enabled"
    assert tenant.raw.call("listZones").status == 200


def test_what_became_of_a_domain_is_told(site: Site) -> None:
    domain, made = site.domain("dated"), datetime.now(UTC)
    before = eventually(lambda: between(made), "two seconds, because the past knows no parts of them")
    changed = site.api.call("updateDomain", id=domain, networkdomain="dated.example")["domain"]
    assert changed["networkdomain"] == "dated.example"
    asked = {"resourcetype": "Domain", "resourceid": domain, "startdate": before}

    def told() -> dict[str, str]:
        rows = site.api.call("diffResource", **asked)["resourcediff"]["changes"]
        return {row["field"]: row["after"] for row in rows}

    assert eventually(told, "the change of the domain") == {"networkdomain": "dated.example"}


def between(moment: datetime) -> str:
    """The second after this one, as the API writes it, once that is over."""
    following = moment.replace(microsecond=0) + timedelta(seconds=1)
    over = datetime.now(UTC) > following + timedelta(seconds=1)
    return following.strftime("%Y-%m-%dT%H:%M:%S+0000") if over else ""
