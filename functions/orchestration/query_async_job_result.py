"""queryAsyncJobResult: how far a job is, and what came of it."""

from __future__ import annotations

from contextlib import suppress

from pydantic import Field

from functions.orchestration._job import AsyncJobResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Bare
from javelin.data.records.host_key import HostKey
from javelin.data.records.job import Job, JobStatus
from javelin.messaging import guest_passwords


class QueryAsyncJobResult(Request):
    """Shows a job; poll it until jobstatus is not 0."""

    jobid: Uuid = Field(description="The job that an asynchronous command answered with")


@operation(QueryAsyncJobResult, roles=EVERYONE, grants=[Job.read, HostKey.read], answers=AsyncJobResponse, past=False)
def handler(request: QueryAsyncJobResult, caller: Caller) -> Bare:
    """One read by key: clients poll this. The password that the job gave a guest is no part of its record."""
    job = Job.visible_to(caller, request.jobid)
    shown = show(job)
    if job.password_from and shown.jobstatus == JobStatus.SUCCEEDED and shown.jobresult:
        with suppress(ResourceUnavailable):
            shown.jobresult["virtualmachine"]["password"] = guest_passwords.given(job)
    return Bare(shown.body(secrets=True))
