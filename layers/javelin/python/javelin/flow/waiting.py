"""Jobs that wait: their undo met what passes, a host that is away above all. They run again when that is over."""

from __future__ import annotations

import time
from typing import Any

from javelin.contract.grants import Grant
from javelin.data.records.host_status import HostStatus
from javelin.data.records.job import Job, JobStatus

PASSING = frozenset(
    {
        "States.HeartbeatTimeout", "States.Timeout",  # nobody answered
        "TransientHostError", "HostBusy", "DeadlinePassed",  # the host cannot now
        "Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.SdkClientException", "Lambda.Unknown",
        "Runtime.ExitError", "Sandbox.Timedout", "TransactWriteError",  # the function could not
    }
)  # fmt: skip
PAUSE = 30  # seconds until a job goes on that waits for no host
LONG_PAUSE = 600  # seconds until one goes on that was given up: it met the same over and over
MAY_LOOK: tuple[Grant, ...] = (HostStatus.read,)


def passes(failure: dict[str, Any] | None) -> bool:
    """Whether what an undo failed with may be over in a while."""
    return str((failure or {}).get("Error")) in PASSING


def now_for(job: Job) -> dict[str, Any]:
    """What a job waits for that begins to wait now: the host that was asked to undo something, if there was one."""
    return {"host": job.undo_asked, "since": int(time.time())}


def begin(job: Job) -> bool:
    """Leave the job open until what it met is over; False if it has ended."""
    return job.change(Job.waits.set(now_for(job)), when=Job.status == int(JobStatus.PENDING))


def is_over(job: Job) -> bool:
    """Whether a job that waits may go on: its host was heard of since, and it paused long enough."""
    host, since = job.waits["host"], int(job.waits["since"])
    pause = LONG_PAUSE if job.ended else 0 if host else PAUSE
    if time.time() < since + pause:
        return False
    return not host or any(int(status.seen) > since for status in HostStatus.batch_get([host]))
