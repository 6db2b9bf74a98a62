"""The operator: ends jobs that are stuck, when what kept them from being undone is mended."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.api import Row
from tests.drills import reality
from tests.drills.fake_host import FakeHost
from tests.drills.faults import send_signal
from tests.drills.real_cloud import RealCloud
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site

UNDER_WAY, FAILED, CANCELLED = 0, 2, 3  # what a job's status may be


def relieve(site: Site) -> list[str]:
    """Undo deployments that are stuck, whose clients have given up, and resume all else; what they were."""
    stuck = [job for job in reality.records(site.cloud, "Job") if job.get("error") == "Stuck"]
    for job in stuck:
        deployed = job["command"] == "deployVirtualMachine"
        site.cloud.raw.call("undoAsyncJob" if deployed else "resumeAsyncJob", jobid=job["id"])
    return [f"{job['command']}: {job['result']}" for job in stuck]


def drill(site: Site, cloud: RealCloud) -> str:
    """A volume that cannot be deleted gets a deployment stuck; its host is mended, and the job is ended. Says what was.

    AssertionError if anything is not as promised.
    """
    (host, *_), there = cloud.hosts, _whole(cloud)
    (row,) = site.api.rows("listHosts", "host", name=host.name)
    with _stopped(host, "libvirtd"):
        begun = next(iter(site.cloud.raw.call("deployVirtualMachine", **site.wish(hostid=row["id"])).json.values()))
        ((_, volume),) = eventually(lambda: _whole(cloud) - there, "the volume")
        file = str(cloud.home.folder / f"pool/volumes/{volume}.qcow2")
        host.run("mount", "--bind", file, file)  # what is mounted cannot be removed
        site.cloud.raw.call("cancelAsyncJob", jobid=begun["jobid"])
    job = _ended(site, begun["jobid"])
    assert job["jobstatus"] == FAILED, job
    held = [lease for lease in reality.records(cloud, "Lease") if lease.get("owner") == begun["jobid"]]
    assert [lease["stuck"] for lease in held] == [job["jobresult"]["errortext"]], held
    host.run("umount", file)
    assert len(relieve(site)) == 1
    assert _ended(site, begun["jobid"])["jobstatus"] == CANCELLED
    assert not Path(file).exists()
    return f"A deployment was stuck ({job['jobresult']['errortext']}); its host mended, it was undone."


def _whole(cloud: RealCloud) -> set[tuple[str, str]]:
    """The volumes that are not being made just now."""
    return {(pool, volume) for pool, volume in cloud.volumes() if not volume.startswith(".")}


def _ended(site: Site, job: str) -> Row:
    def look() -> Row | None:
        answer: Row = next(iter(site.cloud.raw.call("queryAsyncJobResult", jobid=job).json.values()))
        return answer if answer["jobstatus"] != UNDER_WAY else None

    return eventually(look, f"the end of job {job}", 180) or {}


@contextmanager
def _stopped(host: FakeHost, program: str) -> Iterator[None]:
    """Within, a program of the host does nothing."""
    processes = host.processes(program)
    for process in processes:
        send_signal(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            send_signal(process, signal.SIGCONT)
