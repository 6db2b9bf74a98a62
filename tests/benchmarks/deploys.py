"""Deploying many guests from some clients at once, as `cs` does: call, look at the job at once and then every so often."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from javelin.data.records.job import Job
from tests.benchmarks.bench_cloud import BenchCloud
from tests.benchmarks.usage import CpuMeter


@dataclass(frozen=True)
class Deployed:
    """What a run of deployments took."""

    seconds: float  # of the whole run, until the last client knew
    cpu: float  # seconds of the control plane
    seen: list[float]  # seconds until the client knew, one for each guest
    jobs: list[str]

    @property
    def rate(self) -> float:
        """Guests per second."""
        return len(self.jobs) / self.seconds

    @property
    def cpu_each(self) -> float:
        """CPU seconds of the control plane for one guest."""
        return self.cpu / len(self.jobs)

    def recorded(self) -> list[float]:
        """Seconds from the creation to the end of each job, by the cloud's own records."""
        return recorded(self.jobs)


def recorded(jobs: list[str]) -> list[float]:
    """Seconds from the creation to the end of jobs, by the cloud's own records."""
    return [(job.completed - job.created).total_seconds() for job in Job.load_all(jobs)]


def deploy(cloud: BenchCloud, count: int, together: int, poll: float) -> Deployed:
    """Deploy `count` guests from `together` clients that look at their jobs every `poll` seconds."""
    wish = cloud.wish

    def one(_: int) -> tuple[float, str]:
        client, begun = cloud.client(poll), time.monotonic()
        job = client.deployVirtualMachine(**wish)["jobid"]
        while (answer := client.queryAsyncJobResult(jobid=job))["jobstatus"] == 0:
            time.sleep(poll)
        assert answer["jobstatus"] == 1, answer
        return time.monotonic() - begun, job

    with CpuMeter(cloud.control_plane) as meter, ThreadPoolExecutor(together) as pool:
        begun = time.monotonic()
        done = list(pool.map(one, range(count)))
        seconds = time.monotonic() - begun
    return Deployed(seconds, meter.seconds, [seen for seen, _ in done], [job for _, job in done])
