"""Cancelling jobs: the wish is noted in the job, steps heed it before they begin, and the host that works is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from javelin.contract.errors import Cancelled, ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data.records.job import Job, JobStatus
from javelin.messaging import hosts
from javelin.messaging.host_commands import CancelCommand

MAY_CANCEL: tuple[Grant, ...] = (Job.write, *hosts.SEND_TO_HOSTS)
WORDS = "The job was cancelled, and what it had done was undone."


def request(job: Job) -> bool:
    """Note that the job shall stop, and tell the host that works for it; False if the job has ended. Repeats do no harm."""
    if not job.change(Job.cancelled_at.set(datetime.now(UTC)), when=Job.status == int(JobStatus.PENDING)):
        return False
    asked = job.asked  # fresh: as it was when the wish was written, so no later command is missed
    if asked:
        with suppress(ResourceUnavailable):  # a host without a bridge does nothing that could be stopped
            hosts.send(
                CancelCommand(command=asked["id"]), host=asked["host"], command_id=f"{job.id}/cancel",
                resource=str(job.resource_id), fence=int(job.fence),
            )  # fmt: skip
    return True


def stops_here(job: Job, event: dict[str, Any]) -> bool:
    """Whether a cancel takes effect in this run of a step: a do, where the flow has come furthest.

    A flow that runs again after a kill first repeats what it did before, so that all of it is undone from there.
    """
    if event["phase"] != "do" or "failure" in event or job.ended:
        return False
    came_to = [(note["step"], note.get("item")) for note in job.steps if note["phase"] == "do" and "error" not in note]
    return list(dict.fromkeys(came_to))[-1] == (event["step"], event.get("item"))


def check(job: Job) -> None:
    """Raise Cancelled if somebody wants the job to stop."""
    if job.cancelled_at is not None:
        raise Cancelled(WORDS)


def note_asked(job: Job, host: str, command_id: str) -> None:
    """Note which command a host is about to be sent. Raises Cancelled if the job shall stop: then it must not be sent."""
    if not job.change(Job.asked.set({"host": host, "id": command_id}), when=Job.cancelled_at.does_not_exist()):
        raise Cancelled(WORDS)
