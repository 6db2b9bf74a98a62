"""resumeAsyncJob: try again what a job did not get done."""

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

# By flow: the operation that starts it, and which of its parameters the job kept in its request.
AGAIN: dict[str, tuple[str, tuple[str, ...]]] = {
    "compute/start_virtual_machine": ("compute/start_virtual_machine", ()),
    "compute/stop_virtual_machine": ("compute/stop_virtual_machine", ("forced",)),
    "compute/reboot_virtual_machine": ("compute/reboot_virtual_machine", ("forced",)),
    "compute/destroy_virtual_machine": ("compute/destroy_virtual_machine", ()),
    "compute/expunge_virtual_machine": ("compute/destroy_virtual_machine", ("expunge",)),
    "network/restart_network": ("network/restart_network", ("cleanup",)),
    "network/shut_down_network": ("network/delete_network", ()),
    "storage/delete_template": ("storage/delete_template", ()),
}
LEFT = {
    "compute/deploy_virtual_machine": "A deploy that failed leaves nothing: deploy again.",
    "storage/register_template": "Delete the template that failed, and register it again.",
}


class ResumeAsyncJob(Request):
    """Tries again what a job that failed, or was cancelled, did not get done.

    A stuck job goes on under its own id; what another had undone is started again, under a new job.
    """

    jobid: Uuid = Field(description="The job to try again")


@operation(
    ResumeAsyncJob, roles=EVERYONE, asynchronous=True,
    grants=[*_ended.REOPEN, *_ended.may_invoke([path for path, _ in AGAIN.values()])],
    event="JOB.RESUME",
)  # fmt: skip
def handler(request: ResumeAsyncJob, caller: Caller) -> Accepted:
    """What is started again is refused for all the reasons that the command has."""
    job = _ended.ended_job(caller, request.jobid)
    telling.concerns(job)
    if _ended.is_stuck(job):
        _ended.reopen(job, undo=False)
        return Accepted(job.id)
    if int(job.status) == JobStatus.SUCCEEDED:
        raise InvalidParameter(f"Job {job.id} succeeded; there is nothing to resume.")
    if job.flow not in AGAIN:
        raise InvalidParameter(f"Job {job.id} cannot be resumed. {LEFT.get(job.flow, 'Call its command again.')}")
    resource = _ended.require_last(job)
    path, kept = AGAIN[job.flow]
    asked = job.request or {}
    parameters = {"id": resource} | {name: asked[name] for name in kept if name in asked}
    return Accepted(_ended.invoke(path, parameters, caller)["jobid"])
