"""listAsyncJobs: the jobs that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.orchestration._job import AsyncJobResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Moment, OwnedListRequest
from javelin.contract.responses import Listing
from javelin.data.lists import list_owned
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.job import Job
from javelin.data.records.sequence import Sequence


class ListAsyncJobs(OwnedListRequest):
    """Lists jobs that are under way or ended within the last week."""

    startdate: Moment | None = Field(None, description="Only jobs that were started then or later")


@operation(
    ListAsyncJobs, roles=EVERYONE, grants=[Job.read, Sequence.read, Account.read, Domain.read],
    answers=AsyncJobResponse, object_name="asyncjobs", refuses=("managementserverid",),
)  # fmt: skip
def handler(request: ListAsyncJobs, caller: Caller) -> Listing:
    """In order of their start."""

    def keep(job: Job) -> bool:
        return (request.startdate is None or job.created >= request.startdate) and (
            request.keyword is None or request.keyword.lower() in job.command.lower()
        )

    unfiltered = request.startdate is None and request.keyword is None
    jobs, count = list_owned(Job, caller, request, None if unfiltered else keep)
    return Listing("asyncjobs", [show(job) for job in jobs], count)
