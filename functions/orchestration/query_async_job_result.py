"""queryAsyncJobResult: how far a job is, and what came of it."""

from __future__ import annotations

from pydantic import Field

from functions.orchestration._job import AsyncJobResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Bare
from javelin.data.records.job import Job


class QueryAsyncJobResult(Request):
    """Shows a job; poll it until jobstatus is not 0."""

    jobid: Uuid = Field(description="The job that an asynchronous command answered with")


@operation(QueryAsyncJobResult, roles=EVERYONE, grants=[Job.read], answers=AsyncJobResponse)
def handler(request: QueryAsyncJobResult, caller: Caller) -> Bare:
    """One read by key: clients poll this."""
    return Bare(show(Job.visible_to(caller, request.jobid)).body())
