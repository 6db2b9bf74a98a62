"""How a job is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from javelin.contract.responses import Response
from javelin.data.records.domain import shown_path
from javelin.data.records.job import Job


class AsyncJobResponse(Response):
    """A job."""

    jobid: str = Field(description="The job's id")
    accountid: str = Field(description="The account that started it")
    account: str = Field(description="That account's name")
    domainid: str = Field(description="That account's domain")
    domainpath: str = Field(description="The path of that domain")
    userid: str = Field(description="The user who started it")
    cmd: str = Field(description="The command")
    jobprocstatus: int = Field(0, description="How far the job is, of 100; always 0")
    jobresultcode: int = Field(description="0, or the code of the error that the job ended with")
    jobresulttype: str | None = Field(None, description="object, once there is a result")
    jobresult: dict[str, Any] | None = Field(None, description="What the command made, or why it failed")
    jobinstancetype: str | None = Field(None, description="What kind of object the job works on")
    jobinstanceid: str | None = Field(None, description="The object that the job works on")
    created: datetime = Field(description="When it was started")
    completed: datetime | None = Field(None, description="When it ended")
    jobstatus: int = Field(description="0 while it is under way, 1 succeeded, 2 failed, 3 cancelled")


def show(job: Job) -> AsyncJobResponse:
    """A job with its result, once it has ended."""
    result = job.result if job.ended else None
    return AsyncJobResponse(
        jobid=job.id, accountid=job.account_id, account=job.account, domainid=job.domain_id,
        domainpath=shown_path(job.domain_path), userid=job.user_id, cmd=job.command,
        jobresultcode=int(job.result_code), jobresulttype="object" if result is not None else None, jobresult=result,
        jobinstancetype=job.resource_type, jobinstanceid=job.resource_id, created=job.created,
        completed=job.completed if job.ended else None, jobstatus=int(job.status),
    )  # fmt: skip
