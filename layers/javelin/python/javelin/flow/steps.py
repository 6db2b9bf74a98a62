"""Steps: what a flow's states call. Each has a do and an undo, both of which may run twice, late, or half."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from javelin.contract.grants import Grant, arn
from javelin.data.records.job import Job, JobStatus
from javelin.discovery import names
from javelin.discovery.clients import client
from javelin.flow import cancelling, notes
from javelin.messaging import hosts
from javelin.messaging.host_commands import Command
from javelin.observability.spans import span

FENCES = 1000  # numbers between one lease and the next
ANSWER = Grant(("states:SendTaskSuccess",), (arn("states", f"stateMachine:{names.PREFIX}-*"),))


@dataclass(frozen=True)
class Run:
    """One run of a step: its job (fresh), what the step before returned, the error that is being undone, and for a step
    inside a Map the item it is for. The job's `fence` is the one that hosts are told in this phase of this attempt."""

    job: Job
    step: str
    phase: str
    previous: Any = None
    failure: dict[str, Any] | None = None
    item: Any = None


@dataclass(frozen=True)
class Ask:
    """What a step returns to have a host do something; the flow waits for the host's answer.

    `resource` carries the fence; the job's own resource unless given.
    """

    host: str
    command: Command
    patience: int = 900


Do = Callable[[Run], Any]


@dataclass(frozen=True)
class Step:
    """An action function that flows call; the state gives {phase, job, step, token?, previous?, failure?, item?}."""

    do: Do
    undo: Do | None
    grants: tuple[Grant, ...]
    timeout: int
    memory: int
    environment: tuple[str, ...] = ()
    asks_hosts: bool = field(default=False)

    @property
    def module(self) -> str:
        """The module that declares the step."""
        return self.do.__module__

    def __call__(self, event: dict[str, Any], context: object) -> Any:  # noqa: ARG002 - Lambda's signature
        """Run the phase. With a task token the answer goes to the flow, from here or from the host that is asked."""
        with span(f"{event['step']} {event['phase']}", job=event["job"], step=event["step"], phase=event["phase"]):
            return self._run(event)

    def _run(self, event: dict[str, Any]) -> Any:
        phase = event["phase"]
        job = _entered(event["job"], notes.note(event))
        fence = job.fence = fence_of(job, phase)
        previous = notes.answer(event.get("previous"))
        run = Run(job, event["step"], phase, previous, event.get("failure"), event.get("item"))
        work = self.do if phase == "do" else self.undo
        heeds = cancelling.stops_here(job, event)
        if heeds:
            cancelling.check(job)
        if phase == "undo" and int(job.status) == JobStatus.SUCCEEDED:
            work = None  # the last step ended the job before it was said to fail: there is nothing to undo
        result = work(run) if work else None
        token = event.get("token")
        if isinstance(result, Ask):
            part = f"/{run.item}" if run.item is not None else ""
            command_id = f"{job.id}/{int(job.attempt)}/{run.step}{part}/{phase}"
            if heeds:
                cancelling.note_asked(job, result.host, command_id)
            elif phase == "undo" and job.undo_asked != result.host:
                job.change(Job.undo_asked.set(result.host))
            hosts.send(
                result.command, host=result.host, token=token or "", patience=result.patience,
                command_id=command_id, resource=str(job.resource_id), fence=fence,
            )  # fmt: skip
            return None
        if token:
            client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(result))
        return result


def _entered(job_id: str, note: dict[str, Any]) -> Job:
    """Note in the job that the step starts, and read it, in one request."""
    job = Job(job_id)
    job.version = 0
    job.update([Job.steps.set(Job.steps.append([note]))], condition=Job.id.exists(), add_version_condition=False)
    return job


def fence_of(job: Job, phase: str) -> int:
    """What hosts are told: it grows with the lease, the attempt, and when a do is undone, so that a host which obeyed
    the newer refuses the older that was delayed on its way."""
    return int(job.fence) * FENCES + 2 * int(job.attempt) + (phase == "undo")


def step(
    do: Do, undo: Do | None = None, *, grants: Sequence[Grant] = (), timeout: int = 29, memory: int = 256,
    asks_hosts: bool = False, environment: Sequence[str] = (),
) -> Step:  # fmt: skip
    """Declare a step; the module's `handler` is the result. `asks_hosts` adds what sending commands needs."""
    extra = (*hosts.SEND_TO_HOSTS, ANSWER) if asks_hosts else ()
    return Step(do, undo, (*grants, Job.write, *extra), timeout, memory, tuple(environment), asks_hosts)
