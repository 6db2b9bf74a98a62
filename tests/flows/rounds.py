"""For every function that no call starts: a cloud where it has something to do, and what must hold when it did it.

These take hosts' reports, streams and events, or run by the clock. A new one needs a line in ROUNDS; `test_rounds.py` does
the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.orchestration._audit_pages import LISTED
from infra.generator.declarations import COMPONENTS, functions
from javelin.data import settings
from javelin.data.capacity_settings import MEMORY_FULL
from javelin.data.records.audit_record import FIRST
from javelin.data.records.job import JobStatus
from javelin.messaging.consumers import Call, Consumer
from tests.flows.arranging import (
    Act,
    audited,
    came_back,
    died,
    due,
    events,
    forgotten,
    held,
    invoked,
    lists,
    lost_too_often,
    next_heartbeats,
    on_host,
    silent,
    suspended,
    uploads,
    wrong,
)
from tests.flows.scenarios import guest_is, guest_is_gone
from tests.flows.stage import Stage, destroyed, fabric, running
from tests.flows.usage import half_a_day_is_recorded, ran_yesterday
from tests.flows.webhooks import announced, each_event_is_to_be_told_once, listening, one_is_given_up, tried, waiting

Json = dict[str, Any]
CONSUMERS = {
    f"{one.component}/{one.name}": one.declaration
    for component in COMPONENTS for one in functions(component)
    if isinstance(one.declaration, Consumer) and not isinstance(one.declaration.source, Call)
}  # fmt: skip


@dataclass(frozen=True)
class Round:
    """`before` is a state of the stage; `arrange` gives the function something to do there, and answers the invocations
    that do it, in order; `done` says what is not so at the end. `then` is what comes by anyway and makes good what was
    done half, or twice.
    """

    function: str
    what: str
    before: Callable[[Stage], None]
    arrange: Callable[[Stage], list[Act]]
    done: Callable[[Stage], list[str]]
    then: Callable[[Stage], object] = lambda stage: None

    def __str__(self) -> str:
        return f"{self.function}: {self.what}"


def hosts_are(state: str) -> Callable[[Stage], list[str]]:
    """All of them, by their records."""
    return lambda stage: [
        f"{row['name']} is {row['state']}" for row in stage.world.records("Host") if row["state"] != state
    ]


def job_is(status: JobStatus, error: str | None = None) -> Callable[[Stage], list[str]]:
    """The newest one."""

    def look(stage: Stage) -> list[str]:
        job = max(stage.world.records("Job"), key=lambda row: str(row["id"]))
        right = (job["status"], job.get("error")) == (status, error)
        return [] if right else [f"the job is {job['status']}, {job.get('error')}"]

    return look


def stuck_and_told(stage: Stage) -> list[str]:
    """The newest job is stuck, and operators know."""
    silent_about_it = [] if stage.world.topics.alarms else ["no alarm was raised"]
    return job_is(JobStatus.FAILED, "Stuck")(stage) + silent_about_it


def all_is_right(stage: Stage) -> list[str]:
    """Leases are free and lists are counted; the invariants look at counters."""
    held = [f"{row['resource']} is held" for row in stage.world.records("Lease") if row.get("owner")]
    return held + lists_are_counted(stage)


def lists_are_counted(stage: Stage) -> list[str]:
    """Those that the audit looks at, and no tag is left of what is gone."""
    world, lines = stage.world, []
    counts = {row["name"]: row["counts"].get("0", 0) for row in world.records("Sequence") if "counts" in row}
    for kind in (*LISTED, "Host"):
        there = len(world.records(kind))
        if counts.get(f"{kind}#cloud", 0) != there:
            lines.append(f"{kind}: {counts.get(f'{kind}#cloud')} are counted, there are {there}")
    return lines + [f"the tag {row['key']} is left" for row in world.records("Tag")]


def templates_are(stage: Stage) -> list[str]:
    """One is ready, the other failed."""
    states = sorted(row["state"] for row in stage.world.records("Template"))
    return [] if states == ["Failed", "Ready", "Ready"] else [f"templates are {states}"]


def strays_are_told(stage: Stage) -> list[str]:
    """Both of them, and nothing else."""
    told = [bool(row.get("told")) for row in stage.world.records("Stray")]
    return [] if told == [True, True] else [f"told are {told}"]


def five_are_kept(stage: Stage) -> list[str]:
    """Every event once."""
    kept = sorted(row["description"] for row in stage.world.records("Event"))
    return [] if kept == [f"number {n}" for n in range(5)] else [f"kept are {kept}"]


def five_are_alerts(stage: Stage) -> list[str]:
    """Every warning once."""
    made = sorted(row["description"] for row in stage.world.records("Alert"))
    return [] if made == [f"number {n}" for n in range(5)] else [f"alerts are {made}"]


def five_are_chained(stage: Stage) -> list[str]:
    """Every event once, one after the other."""
    chain = sorted(stage.world.records("AuditRecord"), key=lambda row: int(row["number"]))
    told = sorted(row["event"]["description"] for row in chain)
    follows = [row["previous"] for row in chain] == [FIRST, *(row["digest"] for row in chain[:-1])]
    return [] if told == [f"number {n}" for n in range(5)] and follows else [f"chained are {told}"]


def watched(stage: Stage) -> list[Act]:
    """Any memory that is taken is too much; two rounds look at it."""
    settings.change(MEMORY_FULL, "0")
    return invoked("fabric-admin-watch-capacity", {}, {})


def fullness_is_told(stage: Stage) -> list[str]:
    """At least once."""
    told = {event["type"] for event in stage.world.topics.events}
    return [] if "CAPACITY.MEMORY" in told else [f"told are {told}"]


ROUNDS = (
    Round(
        "fabric_monitoring/receive_report", "a guest crashes and is started again", running,
        on_host(lambda host, guest: host.crash(guest)), guest_is("Running"), next_heartbeats,
    ),
    Round(
        "fabric_monitoring/receive_report", "a guest stops by itself", running,
        on_host(lambda host, guest: host.shut_down_from_inside(guest)), guest_is("Stopped"), next_heartbeats,
    ),
    Round("fabric_monitoring/receive_report", "a host is back", running, came_back, hosts_are("Up"), next_heartbeats),
    Round("fabric_monitoring/receive_report", "a host holds what nobody knows", running, held, strays_are_told),
    Round("fabric_monitoring/watch_hosts", "hosts are silent", running, silent(100), hosts_are("Disconnected")),
    Round("fabric_monitoring/watch_hosts", "hosts are lost", running, silent(1000), hosts_are("Down")),
    Round("fabric_admin/watch_capacity", "a cluster is full", running, watched, fullness_is_told),
    Round("orchestration/reconcile", "a flow is lost", running, forgotten, job_is(JobStatus.SUCCEEDED)),
    Round("orchestration/reconcile", "a flow is lost too often", running, lost_too_often, stuck_and_told),
    Round("orchestration/settle_execution", "a flow died", running, died, job_is(JobStatus.SUCCEEDED)),
    Round("orchestration/audit", "counters are wrong", running, wrong, all_is_right),
    Round("compute/expunge_due", "a guest is due", destroyed, due, guest_is_gone),
    Round("compute/stop_suspended", "a project's guest runs", running, suspended, guest_is("Stopped")),
    Round("storage/find_uploads", "one came and one did not", fabric, uploads, templates_are),
    Round("data/read_streams", "lists change", destroyed, lists, lists_are_counted, audited),
    Round("events/generate_usage", "a guest ran yesterday", fabric, ran_yesterday, half_a_day_is_recorded),
    Round("events/find_webhooks", "two batches", listening, announced, each_event_is_to_be_told_once),
    Round("events/deliver_event", "nobody is there", waiting, tried, one_is_given_up),
    Round("events/record_event", "two batches", fabric, events("events-record-event"), five_are_kept),
    Round("events/make_alerts", "two batches", fabric, events("events-make-alerts"), five_are_alerts),
    Round(  # the order of a chain is that in which events come: here it must not matter
        "events/chain_events", "one batch twice", fabric, events("events-chain-events", slice(0, 5)), five_are_chained,
    ),
)  # fmt: skip
