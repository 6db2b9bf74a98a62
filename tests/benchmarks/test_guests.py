"""A real guest through the whole cloud, against the same domain started by hand."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench_cloud import library_on
from tests.benchmarks.deploys import recorded
from tests.benchmarks.raw_guest import definition_of, start_copy
from tests.benchmarks.report import Report, middle
from tests.e2e.real_cloud import RealSite, real_cloud
from tests.e2e.site import remove

TIMES = 7


@pytest.mark.host
def test_real_guest_against_raw_libvirt(report: Report) -> None:
    with real_cloud() as local, library_on(local):
        site = RealSite(local)
        wish = site.wish(templateid=site.import_nano(), networkids=site.hello_net)
        api, jobs, raw, machines = site.api, [], [], []
        folder = local.home.folder / "pool" / "volumes"
        machines.append(api.call("deployVirtualMachine", **wish)["virtualmachine"])
        with definition_of(machines[0]["instancename"]) as definition:
            start_copy(definition, folder)
            for _ in range(TIMES):
                machine = api.call("deployVirtualMachine", **wish)["virtualmachine"]
                machines.append(machine)
                raw.append(start_copy(definition, folder))
        rows = api.rows("listAsyncJobs", "asyncjobs", listall="true")
        wanted = {machine["id"] for machine in machines[1:]}
        jobs = [row["jobid"] for row in rows if row.get("jobinstanceid") in wanted]
        seconds = recorded(jobs)
        remove(site, *machines)
    assert len(seconds) == TIMES
    group = "a real guest"
    report.add(group, "deployed, by the job's record, p50", middle(seconds), "s")
    report.add(group, "disk, define and start through libvirt, p50", middle(raw), "s")
    report.add(group, "the cloud against libvirt", middle(seconds) / middle(raw), "times")
