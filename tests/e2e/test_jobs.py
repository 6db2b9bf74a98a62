"""What clients can do about jobs: stop one, take back what it did, and try again what it did not get done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cs import CloudStackApiException

from infra.local.api import Row
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site, remove


@pytest.fixture(scope="module")
def machine(site: Site) -> Iterator[Row]:
    """A guest for tests that leave it running."""
    made = site.deploy(name="worked-on")
    yield made
    remove(site, made)


def state(site: Site, machine: Row) -> str:
    """How the guest is now."""
    row = site.machine(machine["id"])
    assert row is not None
    return str(row["state"])


def ended(site: Site, job: str) -> Row:
    """The job, once it has."""

    def over() -> Row | None:
        row: Row = site.cloud.raw.call("queryAsyncJobResult", jobid=job).inside
        return row if row["jobstatus"] else None

    return eventually(over, "the end of the job") or {}


def test_a_stop_is_taken_back(site: Site, machine: Row) -> None:
    begun = site.cloud.raw.call("stopVirtualMachine", id=machine["id"]).inside
    assert ended(site, begun["jobid"])["jobstatus"] == 1
    assert state(site, machine) == "Stopped"
    site.api.call("undoAsyncJob", jobid=begun["jobid"])
    assert state(site, machine) == "Running"
    with pytest.raises(CloudStackApiException, match="not the last one"):
        site.api.call("undoAsyncJob", jobid=begun["jobid"])


def test_a_deployment_is_stopped_and_leaves_nothing(site: Site) -> None:
    begun = site.cloud.raw.call("deployVirtualMachine", **site.wish(name="unwanted")).inside
    assert site.api.call("cancelAsyncJob", jobid=begun["jobid"])["success"] is True
    over = ended(site, begun["jobid"])
    left = site.machine(begun["id"])
    assert (over["jobstatus"], left is None) in {(3, True), (1, False)}  # it may have been at its last step
    remove(site, *([left] if left else []))
    with pytest.raises(CloudStackApiException, match="has ended already"):
        site.api.call("cancelAsyncJob", jobid=begun["jobid"])


def test_a_start_that_found_no_host_is_resumed_when_there_is_one(site: Site) -> None:
    api = site.api
    sizes = {"cpunumber": 1, "cpuspeed": 500, "memory": 128}
    offering = api.call("createServiceOffering", name="gpu", displaytext="gpu", hosttags="gpu", **sizes)
    offering = offering["serviceoffering"]["id"]
    waiting = site.deploy(serviceofferingid=offering, startvm="false")
    begun = site.cloud.raw.call("startVirtualMachine", id=waiting["id"]).inside
    assert ended(site, begun["jobid"])["jobresultcode"] == 533
    host = api.rows("listHosts", "host", type="Routing")[0]
    api.call("updateHost", id=host["id"], hosttags="gpu")
    api.call("resumeAsyncJob", jobid=begun["jobid"])
    row = site.machine(waiting["id"]) or {}
    assert (row["state"], row["hostid"]) == ("Running", host["id"])
    remove(site, waiting)
    api.call("updateHost", id=host["id"], hosttags="")
    api.call("deleteServiceOffering", id=offering)
