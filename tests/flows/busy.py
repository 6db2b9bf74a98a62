"""Clouds where the functions that no call starts have much to do at once: what a round costs must not run away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from javelin.data.ids import new_id
from javelin.data.record import Record
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.job import Job
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from tests.flows.arranging import STOP, Act, counted, died, invoked, look_through, suspend_owner, the_job
from tests.flows.stage import Stage

Json = dict[str, Any]
R = TypeVar("R", bound=Record)
MANY = 50
OWN = frozenset({"id", "version", "cloud_bucket", "account_bucket", "shelf"})  # what no copy shares


def copies(one: R, number: int, **changed: Any) -> Iterator[R]:
    """So many more of a record, with other ids, in the tables."""
    known = {name: getattr(one, name) for name in type(one).get_attributes() if name not in OWN}
    for _ in range(number):
        transaction, copy = Transaction(), type(one)(new_id(), **{**known, **changed})
        transaction.create(copy)
        transaction.commit()
        yield copy


def a_machine(stage: Stage) -> VirtualMachine:
    """The guest of a cloud in which one runs."""
    stage.put(STOP)
    return VirtualMachine.require(stage.machine_id())


def silent(number: int) -> Callable[[Stage], Act]:
    """So many hosts were not heard of for long; the others were just now."""

    def prepare(stage: Stage) -> Act:
        now = int(time.time())
        for host in stage.ground.hosts:
            HostStatus(host).update([HostStatus.seen.set(now)])
        for copy in copies(Host.require(stage.ground.hosts[0]), number):
            HostStatus(copy.id).update([HostStatus.seen.set(now - 10_000)])
        return invoked("fabric-monitoring-watch-hosts", {})[0]

    return prepare


def lost(number: int) -> Callable[[Stage], Act]:
    """The executions of so many jobs are gone."""

    def prepare(stage: Stage) -> Act:
        a_machine(stage)
        STOP.start(stage)
        stage.world.engine.forget()
        assert the_job(stage).change(Job.created.set(datetime.now(UTC) - timedelta(minutes=5)))
        assert len([*copies(the_job(stage), number - 1)]) == number - 1
        return invoked("orchestration-reconcile", {})[0]

    return prepare


def wrong(number: int) -> Callable[[Stage], Act]:
    """So many counters were seen to be wrong."""

    def prepare(stage: Stage) -> Act:
        assert len([*copies(Template.require(stage.ground.template), number, users=7)]) == number
        counted(stage)
        look_through()
        return invoked("orchestration-audit", {"now": True})[0]

    return prepare


def dead(stage: Stage) -> Act:
    """The execution of a job was aborted."""
    a_machine(stage)
    (act,) = died(stage)
    return act


def due(number: int) -> Callable[[Stage], Act]:
    """So many guests were destroyed long ago."""

    def prepare(stage: Stage) -> Act:
        destroyed: Json = {
            "state": "Destroyed",
            "expunge_at": 1,
            "expunge_shard": "a",
            "host_id": None,
            "host_name": None,
        }
        assert len([*copies(a_machine(stage), number, **destroyed)]) == number
        return invoked("compute-expunge-due", {})[0]

    return prepare


def suspended(number: int) -> Callable[[Stage], Act]:
    """So many guests of a suspended project run."""

    def prepare(stage: Stage) -> Act:
        assert len([*copies(a_machine(stage), number - 1)]) == number - 1
        suspend_owner(stage)
        return invoked("compute-stop-suspended", {})[0]

    return prepare


def uploads(number: int, *, came: bool) -> Callable[[Stage], Act]:
    """So many images are to be uploaded, or were."""

    def prepare(stage: Stage) -> Act:
        waiting: Json = {"state": "Uploading", "upload_shard": "waiting", "users": 0, "created": datetime.now(UTC)}
        for copy in copies(Template.require(stage.ground.template), number, **waiting):
            if came:
                stage.world.bucket.objects[copy.upload_key] = b"an image"
        return invoked("storage-find-uploads", {})[0]

    return prepare


WORK: dict[str, dict[str, Callable[[Stage], Act]]] = {
    "fabric_monitoring/watch_hosts": {f"{n} silent": silent(n) for n in (1, MANY)},
    "orchestration/reconcile": {f"{n} lost": lost(n) for n in (1, MANY)},
    "orchestration/audit": {f"{n} wrong, seen twice": wrong(n) for n in (1, MANY)},
    "orchestration/settle_execution": {"of a job": dead},
    "compute/expunge_due": {f"{n} due": due(n) for n in (1, MANY)},
    "compute/stop_suspended": {f"{n} that run" if n > 1 else "1 that runs": suspended(n) for n in (1, MANY)},
    "storage/find_uploads": {
        f"{n} that {'came' if came else 'wait'}": uploads(n, came=came) for n in (1, MANY) for came in (True, False)
    },
}
