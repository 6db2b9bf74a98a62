"""A service of the edge: the trace of a job, for a caller who may see the job."""

from __future__ import annotations

from typing import Any

from functions.orchestration._trace import trace
from javelin.contract.caller import Caller
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.messaging.consumers import Call, consumer


def answer(event: dict[str, Any]) -> dict[str, Any] | None:
    """`event` is {job, caller}. None for a job that is not there and for one that is not the caller's to see alike."""
    caller = Caller.model_validate(event["caller"])
    job = Job.find(str(event["job"]))
    if job is None or not caller.sees(job.account_id, job.domain_path):
        return None
    return trace(job, caller)


handler = consumer(answer, Call(), grants=[Job.read, Host.read])
