"""Deployments that no host has room for: the job fails with why, and nothing of them is left."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.api import Api, Row
from tests.e2e.local_cloud import eventually
from tests.e2e.signed import Client
from tests.e2e.site import Site

TOO_MANY = 65  # cores; a simulated host has 64


@pytest.fixture(scope="module")
def giant(site: Site) -> str:
    """An offering that fits nowhere."""
    made = site.api.call(
        "createServiceOffering", name="giant", displaytext="giant", cpunumber=TOO_MANY, cpuspeed=500, memory=128
    )
    return str(made["serviceoffering"]["id"])


def fail(raw: Client, wish: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The id of a guest whose deployment failed, and its job."""
    begun = raw.call("deployVirtualMachine", **wish).inside

    def ended() -> dict[str, Any]:
        job = raw.call("queryAsyncJobResult", jobid=begun["jobid"]).inside
        return job if job["jobstatus"] else {}

    return begun["id"], eventually(ended, "the end of the job")


def promised(api: Api) -> list[tuple[Any, ...]]:
    """What hosts and pools have promised."""
    hosts = api.rows("listHosts", "host", type="Routing")
    pools = api.rows("listStoragePools", "storagepool")
    return sorted((row["name"], row["cpuallocated"], row["memoryallocated"]) for row in hosts) + sorted(
        (row["name"], row["disksizeallocated"]) for row in pools
    )


def gone(site: Site, id_: str) -> bool:
    """Whether nothing more is at work on the guest: it is not listed, or has failed."""
    row: Row | None = site.machine(id_)
    return row is None or row["state"] in {"Error", "Stopped"}


def test_the_operator_is_told_why_host_by_host(site: Site, giant: str) -> None:
    before = promised(site.api)
    machine, job = fail(site.cloud.raw, site.wish(name="giant", serviceofferingid=giant))
    assert (job["jobstatus"], job["jobresultcode"]) == (2, 533)
    assert job["jobresult"]["errorcode"] == 533
    for host in ("simulated-0001", "simulated-0002"):
        assert f"{host}: has 64 cores, the guest needs {TOO_MANY}" in job["jobresult"]["errortext"]
    eventually(lambda: gone(site, machine), "the end of the guest")
    eventually(lambda: promised(site.api) == before, "what was promised to be given back")


def test_a_tenant_is_told_how_many_but_not_which(site: Site, giant: str) -> None:
    tenant = site.tenant("squeezed")
    network = site.new_network(tenant.api, "squeezed")
    machine, job = fail(tenant.raw, site.wish(name="giant2", serviceofferingid=giant, networkids=network["id"]))
    assert (job["jobstatus"], job["jobresultcode"]) == (2, 533)
    text = job["jobresult"]["errortext"]
    assert "simulated-000" not in text
    assert "2 " in text
    assert "smaller offering" in text
    eventually(lambda: gone(site, machine), "the end of the guest")
    (account,) = tenant.api.rows("listAccounts", "account", id=tenant.account)
    eventually(
        lambda: tenant.api.rows("listAccounts", "account", id=tenant.account)[0]["vmtotal"] == 0,
        f"{account} to be empty",
    )


def test_a_host_that_was_asked_for_is_asked_alone(site: Site, giant: str) -> None:
    host = next(row for row in site.api.rows("listHosts", "host") if row["name"] == "simulated-0002")
    _, job = fail(site.cloud.raw, site.wish(name="giant3", serviceofferingid=giant, hostid=host["id"]))
    assert job["jobresultcode"] == 533
    assert "simulated-0002: " in job["jobresult"]["errortext"]
    assert "simulated-0001" not in job["jobresult"]["errortext"]


def test_after_all_that_there_is_room_for_who_fits(site: Site) -> None:
    made = site.deploy(name="modest")
    assert made["state"] == "Running"
    site.api.call("destroyVirtualMachine", id=made["id"], expunge="true")
