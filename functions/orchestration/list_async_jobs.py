"""listAsyncJobs: the jobs that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.orchestration._job import AsyncJobResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Moment, OwnedListRequest
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.job import Job


class ListAsyncJobs(OwnedListRequest):
    """Lists jobs that are under way or ended within the last week."""

    startdate: Moment | None = Field(None, description="Only jobs that were started then or later")


@operation(
    ListAsyncJobs, roles=EVERYONE, grants=[Job.read, *READ_LISTS], answers=AsyncJobResponse, object_name="asyncjobs",
    refuses=("managementserverid",), past=False,
)  # fmt: skip
def handler(request: ListAsyncJobs, caller: Caller) -> Listing:
    """In order of their start."""
    filters = Filters().between("created", request.startdate, None).contains(request.keyword, "command")
    jobs, count = list_owned(Job, caller, request, filters)
    return Listing("asyncjobs", [show(job) for job in jobs], count)
