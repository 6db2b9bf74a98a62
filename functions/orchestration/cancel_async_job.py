"""cancelAsyncJob: stop a job that is under way, and have what it did undone."""

from __future__ import annotations

from pydantic import Field

from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.job import Job
from javelin.flow import cancelling


class CancelAsyncJob(Request):
    """Asks a job that is under way to stop; what it did is undone, and it ends with jobstatus 3."""

    jobid: Uuid = Field(description="The job to stop")


@operation(CancelAsyncJob, roles=EVERYONE, grants=cancelling.MAY_CANCEL, event="JOB.CANCEL")
def handler(request: CancelAsyncJob, caller: Caller) -> Success:
    """A job that is at its last step may still succeed: its status says how it ended."""
    job = Job.visible_to(caller, request.jobid)
    telling.concerns(job)
    if not cancelling.request(job):
        raise InvalidParameter(f"Job {job.id} has ended already, so there is nothing to cancel; see its result.")
    return Success(f"Job {job.id} was asked to stop; query it until its status is not 0.")
