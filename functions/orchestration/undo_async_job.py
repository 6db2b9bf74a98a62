"""undoAsyncJob: take back the last change of a resource."""

from __future__ import annotations

from pydantic import Field

from functions.orchestration import _ended
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.job import JobStatus
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.flow import jobs

# By flow: the operation that takes back what it did.
OPPOSITE = {
    "compute/deploy_virtual_machine": "compute/destroy_virtual_machine",
    "compute/start_virtual_machine": "compute/stop_virtual_machine",
    "compute/stop_virtual_machine": "compute/start_virtual_machine",
    "compute/destroy_virtual_machine": "compute/recover_virtual_machine",
}


class UndoAsyncJob(Request):
    """Takes back what a job did, while it is the last that changed its resource.

    A deployed guest is destroyed and can be recovered, a started one stopped, a stopped one started, a destroyed one
    recovered. A stuck job is undone again.
    """

    jobid: Uuid = Field(description="The job to take back")


@operation(
    UndoAsyncJob, roles=EVERYONE, asynchronous=True,
    grants=[*_ended.REOPEN, *jobs.START_JOB, Sequence.write, *_ended.may_invoke(list(OPPOSITE.values()))],
    event="JOB.UNDO",
)  # fmt: skip
def handler(request: UndoAsyncJob, caller: Caller) -> Accepted:
    """What takes it back is refused for all the reasons that its command has."""
    job = _ended.ended_job(caller, request.jobid)
    telling.concerns(job)
    if _ended.is_stuck(job):
        _ended.reopen(job, undo=True)
        return Accepted(job.id)
    if int(job.status) != JobStatus.SUCCEEDED:
        raise InvalidParameter(f"Job {job.id} did not succeed, and what it had done was undone; nothing is left of it.")
    if job.flow not in OPPOSITE:
        raise InvalidParameter(f"What {job.command} did cannot be taken back; look at what it made, and change that.")
    resource = _ended.require_last(job)
    body = _ended.invoke(OPPOSITE[job.flow], {"id": resource}, caller)
    if "jobid" in body:
        return Accepted(body["jobid"])
    return jobs.done(
        caller, Transaction(), command="undoAsyncJob", result=body, resource_type=job.resource_type, resource_id=resource,
    )  # fmt: skip
