"""Events as a tenant sees them: every call told, archived and deleted, and the audit chain, which keeps them all."""

from __future__ import annotations

import json
from typing import Any

from infra.verify_audit import verify
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site, Tenant

ABSENT = "00000000-0000-4000-8000-00000000dead"
CREATED, REFUSED = "CREATE.SSH.KEYPAIR", "DELETE.SSH.KEYPAIR"


def told(tenant: Tenant, number: int, **filters: str) -> list[dict[str, Any]]:
    """The tenant's events, once there are so many."""

    def there() -> list[dict[str, Any]] | None:
        rows = tenant.api.rows("listEvents", "event", **filters)
        return rows if len(rows) == number else None

    return eventually(there, f"{number} events") or []


def test_calls_are_told_archived_deleted_and_stay_in_the_chain(site: Site) -> None:
    tenant = site.tenant("events-user", "User", site.domain("events"))
    made = tenant.api.call("createSSHKeyPair", name="told")["keypair"]
    site.cloud.secrets["private key that events do not hold"] = made["privatekey"].splitlines()[1]
    refused = tenant.raw.call("deleteSSHKeyPair", name="other")
    assert refused.status == 431
    (created,) = told(tenant, 1, type=CREATED)
    (failed,) = told(tenant, 1, type=REFUSED, level="ERROR")
    assert (created["level"], created["account"], failed["username"]) == ("INFO", "events-user", "events-user")
    types = {row["name"] for row in tenant.api.rows("listEventTypes", "eventtype")}
    assert {CREATED, REFUSED} <= types

    assert tenant.api.call("archiveEvents", ids=created["id"])["success"] is True
    (archived,) = told(tenant, 1, archived="true")
    assert archived["id"] == created["id"]
    assert tenant.api.call("deleteEvents", type=REFUSED)["success"] is True
    assert tenant.api.rows("listEvents", "event", type=REFUSED) == []
    assert tenant.raw.call("deleteEvents", ids=ABSENT).status == 431

    def chained() -> list[dict[str, Any]] | None:
        rows = tenant.api.rows("listAuditRecords", "auditrecord")
        kinds = [json.loads(row["event"])["type"] for row in rows]
        return rows if {"EVENT.ARCHIVE", "EVENT.DELETE", CREATED, REFUSED} <= set(kinds) else None

    records = eventually(chained, "the chain") or []
    assert " hold, from its beginning" in verify(records, until=records[-1]["digest"])


def test_operators_make_look_at_and_put_away_alerts(site: Site) -> None:
    api = site.api
    kinds = {row["name"]: str(row["alerttypeid"]) for row in api.rows("listAlertTypes", "alerttype")}
    for name in ("first drill", "second drill"):
        api.call("generateAlert", type=kinds["ALERT.MANAGEMENT"], name=name, description=f"This is the {name}.")
    second, first = api.rows("listAlerts", "alert", keyword="drill")
    assert (first["name"], second["description"]) == ("first drill", "This is the second drill.")
    assert api.call("archiveAlerts", ids=first["id"])["success"] is True
    assert api.call("deleteAlerts", ids=second["id"])["success"] is True
    assert api.rows("listAlerts", "alert", keyword="drill") == []
