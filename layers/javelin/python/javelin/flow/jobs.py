"""Jobs: started together with what they change, ended together with how it turned out."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from javelin.contract import explaining, telling
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import (
    ApiError,
    Cancelled,
    ConcurrentOperation,
    InvalidParameter,
    TooManyRequests,
    all_errors,
)
from javelin.contract.grants import Grant, arn
from javelin.contract.responses import Accepted, Response
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.inheritance import READ_INHERITED, value_for
from javelin.data.records import sequence
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction
from javelin.discovery import names
from javelin.discovery.clients import client, flow_arn
from javelin.flow import executions, maps
from javelin.messaging.events import ANNOUNCE, Event, announce
from javelin.sync import lease

KEEP = 7 * 24 * 3600  # seconds that an ended job stays
OPEN_SHARDS = 8
UNDONE = "what was done is undone, repeat the call"

START_JOB: tuple[Grant, ...] = (Job.write, Lease.write, sequence.Sequence.write, *READ_INHERITED, *ANNOUNCE)
END_JOB: tuple[Grant, ...] = (Job.write, Lease.write, sequence.Sequence.write, *ANNOUNCE)


def may_start(flow: str) -> Grant:
    """The grant to start a flow."""
    return Grant(("states:StartExecution",), (arn("states", f"stateMachine:{names.flow(flow)}"),))


def start(
    caller: Caller, transaction: Transaction, *, command: str, flow: str, resource_type: str, resource_id: str,
    event: str, description: str, request: dict[str, Any] | None = None, items: Sequence[str] = (),
    new: bool = False, creates: bool = False, owner: telling.Owner | None = None,
) -> Accepted:  # fmt: skip
    """Commit the transaction with a new job that holds the resource's lease, then start the flow.

    `new` says that the resource is made by this transaction; `creates` that the answer shows its id; `items` are what
    the flow's Map states go through, and `owner` is whose the resource is, and so the job's events, if not the caller's.
    The execution is named as the job. If the flow cannot be started now, the reconciler starts it: the job is already there.
    Raises TooManyRequests if the account has as many jobs under way as it may.
    """
    _require_turn(caller)
    job = _job(caller, command, resource_type, resource_id, request)
    job.flow, job.items, job.event_id = flow, list(items), new_id()
    job.open_shard, job.open_account = str(int(job.id[-1], 16) % OPEN_SHARDS), job.account_id
    job.fence = lease.acquire(transaction, resource_id, job.id, new=new)
    if owner is not None and owner.account_id != caller.account_id:
        job.owner, job.open_owner = telling.whose(owner), owner.account_id
    transaction.create(job, InvalidParameter(f"There is a job {job.id} already; choose another customjobid."))
    transaction.commit()
    told = [_event(job, event, f"{description} was scheduled", "Scheduled")]
    try:
        execute(job)
        told.append(_event(job, event, f"{description} was started", "Started"))
    finally:
        announce(*told)
    return Accepted(job.id, resource_id if creates else None)


def execute(job: Job) -> None:
    """Start the job's flow, for the attempt that the job says. Already started is success."""
    assert job.flow is not None
    if would := explaining.picture():
        would.tell(**maps.foretell(job.flow, len(job.items)))
        return
    machine = client("stepfunctions")
    try:
        machine.start_execution(
            stateMachineArn=flow_arn(names.flow(job.flow)),
            name=executions.name(job),
            input=json.dumps({"job": job.id, "items": job.items}),
        )
    except machine.exceptions.ExecutionAlreadyExists:
        return


def done(
    caller: Caller, transaction: Transaction, *, command: str, result: dict[str, Any], resource_type: str | None = None,
    resource_id: str | None = None, creates: bool = False, owner: telling.Owner | None = None,
) -> Accepted:  # fmt: skip
    """Commit the transaction with a job that is already done: for asynchronous commands that take no time. `owner` is
    whose the resource is, and so the event that the edge tells, if not the caller's."""
    job = _job(caller, command, resource_type, resource_id, None)
    job.status, job.completed, job.result = int(JobStatus.SUCCEEDED), datetime.now(UTC), result
    job.expires = int(time.time()) + KEEP
    transaction.create(job, InvalidParameter(f"There is a job {job.id} already; choose another customjobid."))
    transaction.commit()
    if owner is not None:
        telling.concerns(owner)
    return Accepted(job.id, resource_id if creates else None)


def succeed(
    job: Job, transaction: Transaction, name: str | None, response: Response | None, event: str, description: str
) -> None:
    """Commit the transaction with the job's success: its result is the object, or success alone."""
    result = {name: response.body()} if name and response else {"success": True}
    _end(job, transaction, JobStatus.SUCCEEDED, 0, result)
    announce(_event(job, event, description, "Completed"))


def fail(
    job: Job, transaction: Transaction, failure: dict[str, Any] | None, event: str, description: str, then: str = UNDONE
) -> None:
    """Commit the transaction with the job's failure: the code and the sentence that the first error had.

    `then` ends the sentences of what nobody answered: what became of what was done, and what to do. A job that somebody
    asked to stop, and that did, is cancelled.
    """
    error = error_of(failure, then)
    status, level = (JobStatus.CANCELLED, "WARN") if isinstance(error, Cancelled) else (JobStatus.FAILED, "ERROR")
    _end(job, transaction, status, error.code, {"errorcode": error.code, "errortext": error.text})
    announce(_event(job, event, f"{description} failed: {error.text}", "Completed", level=level))


def error_of(failure: dict[str, Any] | None, then: str = UNDONE) -> ApiError:
    """The contract's error for what a state machine caught: {"Error": class name, "Cause": text or Lambda's JSON}."""
    known = all_errors()
    name = str((failure or {}).get("Error", "Unknown"))
    cause = str((failure or {}).get("Cause", ""))
    try:
        details = json.loads(cause)
        text = str(details.get("errorMessage", cause)) if isinstance(details, dict) else cause
    except ValueError:
        text = cause
    if name in known:
        return known[name](text)
    sentences = {
        "States.Timeout": f"A step of the job took too long, its trace tells which; {then}.",
        "States.HeartbeatTimeout": f"The host that worked on it stopped answering; {then}.",
    }
    return ApiError(sentences.get(name, f"{name}: {text}"))


def _require_turn(caller: Caller) -> None:
    """Keep one account from taking the functions and hosts that all share. What is started at the same moment is not seen.

    What the cloud itself starts for an account, without a user, does not wait: it goes through those of all tenants.
    """
    if caller.role_type in ROOT or not caller.user_id:
        return
    if Job.by_open_account.count(caller.account_id, limit=settings.FEW_JOBS) < settings.FEW_JOBS:
        return
    most = value_for(settings.MOST_JOBS, caller.account_id, caller.domain_id, caller.domain_path)
    if Job.by_open_account.count(caller.account_id, limit=most) >= most:
        raise TooManyRequests(
            f"Your account has {most} jobs under way, as many as it may; call again when one has ended."
        )


def _job(
    caller: Caller, command: str, resource_type: str | None, resource_id: str | None, request: dict[str, Any] | None
) -> Job:
    return Job(
        caller.job_id or new_id(), account_id=caller.account_id, account=caller.account, domain_id=caller.domain_id,
        domain_path=caller.domain_path, user_id=caller.user_id, role_type=caller.role_type, command=command,
        resource_type=resource_type,
        resource_id=resource_id, request=request,
    )  # fmt: skip


def _end(job: Job, transaction: Transaction, status: JobStatus, code: int, result: dict[str, Any]) -> None:
    assert job.resource_id is not None
    changes = [
        Job.status.set(int(status)), Job.result_code.set(code), Job.result.set(result),
        Job.completed.set(datetime.now(UTC)), Job.expires.set(int(time.time()) + KEEP), Job.open_shard.remove(),
        Job.open_account.remove(), Job.open_owner.remove(),
    ]  # fmt: skip
    ended = ConcurrentOperation(f"Job {job.id} has ended already.")
    transaction.update(job, changes, Job.status == int(JobStatus.PENDING), ended)
    lease.release(transaction, job.resource_id, job.id)
    transaction.commit()


def _event(job: Job, kind: str, description: str, state: Any, level: Any = "INFO") -> Event:
    first = state == "Scheduled"
    return Event(
        id=job.event_id if first and job.event_id else new_id(), parent_id=None if first else job.event_id,
        type=kind, level=level, state=state, description=description, **job.told_to,
        user_id=job.user_id,
        resource_type=job.resource_type or "", resource_id=job.resource_id or "", job_id=job.id,
    )  # fmt: skip
