"""Clouds where the functions that no call starts have something to do, and what they are invoked with there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from functions.fabric_monitoring import _strays
from functions.fabric_monitoring.actions import receive_report
from functions.orchestration.actions import audit
from functions.storage.actions import find_uploads
from javelin.data.ids import new_id
from javelin.data.records import sequence
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.project import STOPPING, Project
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import executions
from javelin.messaging.events import of_cloud
from javelin.messaging.reports import Report
from tests.cloud import Context
from tests.flows.hosts import PATIENCE
from tests.flows.scenarios import SCENARIOS
from tests.flows.stage import Stage
from tests.flows.streams import Stream
from tests.flows.world import functions_by_name

Json = dict[str, Any]
Act = Callable[[], object]
LONG_AGO = timedelta(hours=8)
STOP = SCENARIOS["compute/stop_virtual_machine"]


def invoked(name: str, *events: Json) -> list[Act]:
    """The function with each of these events."""
    handler = functions_by_name()[f"javelin-{name}"]
    return [lambda event=event: handler(event, Context()) for event in events]


def reported(stage: Stage, happens: Callable[[], None]) -> list[Act]:
    """What the hosts have to tell when this has happened, one after the other."""
    happens()
    acts: list[Act] = []
    for host in stage.world.hosts.values():
        host.journal.wait_until_told()
        bodies, host.wire.reports = host.wire.reports, []
        acts += [lambda body=body: receive_report.receive(body) for body in bodies]
    return acts


def on_host(action: Callable[[Any, str], None]) -> Callable[[Stage], list[Act]]:
    """Something happens to the guest on its host, which tells it, and then all that it has."""

    def arrange(stage: Stage) -> list[Act]:
        machine = stage.machine()
        assert machine is not None
        host = stage.world.hosts[machine["host_id"]]

        def happens() -> None:
            action(host.hypervisor, machine["id"])
            looked_after = Event()
            host.agent._lanes.submit(machine["id"], looked_after.set)
            assert looked_after.wait(PATIENCE)
            host.agent._reporter._complete_at = None
            host.agent._reporter.heartbeat()

        VirtualMachine.require(machine["id"]).change(VirtualMachine.updated.set(datetime.now(UTC) - LONG_AGO))
        return reported(stage, happens)

    return arrange


def report(stage: Stage, kind: str, body: Json, later: float = 0) -> Act:
    """A report of the first host, so many seconds from now, as its bridge signs it."""
    host = stage.world.hosts[stage.ground.hosts[0]]
    at = datetime.now(UTC) + timedelta(seconds=later)
    told = Report(host=host.id, sequence=10**6, at=at, kind=kind, body=body)  # type: ignore[arg-type]  # a word of the test
    whole = told.model_copy(update={"signature": host.identity.sign(told.signed_bytes())}).model_dump_json()
    return lambda: receive_report.receive(whole)


def held(stage: Stage) -> list[Act]:
    """A host tells twice of a volume and of a network that nobody knows, and of what is known."""
    (volume,) = stage.world.records("Volume")
    known = [
        {"kind": "volume", "id": volume["id"], "pool": volume["pool_id"]},
        {"kind": "network", "id": stage.ground.networks[0]},
    ]
    strays = [{"kind": "volume", "id": new_id(), "pool": volume["pool_id"]}, {"kind": "network", "id": new_id()}]
    return [report(stage, "inventory", {"held": [*known, *strays]}, later) for later in (0, 2 * _strays.SETTLED)]


def next_heartbeats(stage: Stage) -> None:
    """Seconds later all hosts tell again how they are."""
    for host in stage.world.hosts.values():
        host.agent._reporter.heartbeat()


def came_back(stage: Stage) -> list[Act]:
    """A host that was lost tells what it has, which is more than is known."""
    key, host = next(iter(stage.world.hosts.items()))
    Host.require(key).change(Host.state.set("Down"), Host.memory_mib.set(1))
    return reported(stage, host.agent._reporter.heartbeat)


def silent(seconds: int) -> Callable[[Stage], list[Act]]:
    """Every host was heard of so long ago."""

    def arrange(stage: Stage) -> list[Act]:
        for key in stage.world.hosts:
            HostStatus(key).update([HostStatus.seen.set(int(time.time()) - seconds)])
        return invoked("fabric-monitoring-watch-hosts", {})

    return arrange


def lost_flow(stage: Stage) -> None:
    """A job whose execution is gone."""
    STOP.start(stage)
    stage.world.engine.forget()
    stage.world.queues.mail.clear()


def forgotten(stage: Stage) -> list[Act]:
    """The reconciler finds a job whose execution is gone."""
    lost_flow(stage)
    return invoked("orchestration-reconcile", {"now": True})


def lost_too_often(stage: Stage) -> list[Act]:
    """And one that was gone every time."""
    lost_flow(stage)
    stage.world.away = True
    the_job(stage).change(Job.attempt.set(5))
    return invoked("orchestration-reconcile", {"now": True})


def the_job(stage: Stage) -> Job:
    """The newest one."""
    return Job.require(max(row["id"] for row in stage.world.records("Job")))


def died(stage: Stage) -> list[Act]:
    """The execution of a job was aborted, and that is told."""
    STOP.start(stage)
    executions.stop(the_job(stage), "Killed", "by a test")
    told, stage.world.engine.ended = stage.world.engine.ended, []
    return invoked("orchestration-settle-execution", *({"detail": detail} for detail in told))


def due(stage: Stage) -> list[Act]:
    """A guest was destroyed long ago."""
    return invoked("compute-expunge-due", {"now": int(time.time() + 30 * 24 * 3600)})


def suspend_owner(stage: Stage) -> None:
    """The tenant's account is that of a suspended project."""
    tenant = stage.ground.tenant
    transaction = Transaction()
    transaction.create(
        Project(
            tenant.account_id, account_id=tenant.account_id, account=tenant.account, domain_id=tenant.domain_id,
            domain_path=tenant.domain_path, name="p", display_text="p", state="Suspended", stopping=STOPPING,
        )
    )  # fmt: skip
    transaction.commit()


def suspended(stage: Stage) -> list[Act]:
    """The guest that runs is a suspended project's."""
    suspend_owner(stage)
    return invoked("compute-stop-suspended", {})


def uploads(stage: Stage) -> list[Act]:
    """One image was uploaded, another never came."""
    wish = {"displaytext": "new", "format": "QCOW2", "hypervisor": "KVM", "zoneid": stage.ground.zone}
    made = [
        Template.require(stage.call("getUploadParamsForTemplate", name=name, **wish)["getuploadparams"]["id"])
        for name in ("came", "never")
    ]
    stage.world.bucket.objects[made[0].upload_key] = b"an image"
    assert made[1].change(Template.created.set(datetime.now(UTC) - find_uploads.PATIENCE - LONG_AGO))
    return invoked("storage-find-uploads", {})


def audited(stage: Stage) -> None:
    """So many rounds through all records that all is put right."""
    for _ in range(3):
        look_through()


def look_through() -> None:
    """One round through all records."""
    while not audit.handler({"now": True}, Context())["rounds"]:
        pass


def counted(stage: Stage) -> Stream:
    """All that there is was told and counted."""
    stream = Stream(stage.world.tables)
    stream.flow()
    return stream


def wrong(stage: Stage) -> list[Act]:
    """Counters, a list's count and a lease are wrong, and were seen to be."""
    counted(stage)
    Host.require(stage.ground.hosts[0]).change(Host.guests.add(7))
    sequence.adjust("Host#cloud", {"0": 2})
    look_through()
    Lease(stage.ground.networks[0], owner=the_job(stage).id, fence=1).save()
    return invoked("orchestration-audit", {"now": True})


def lists(stage: Stage) -> list[Act]:
    """A guest with tags is gone, and a template came, told in two batches."""
    tagged = {"resourcetype": "UserVm", "resourceids": stage.machine_id(), "tags[0].key": "a", "tags[0].value": "b"}
    stage.call("createTags", **tagged)
    stream, batches = counted(stage), []
    for flow in ("compute/expunge_virtual_machine", "storage/register_template"):
        SCENARIOS[flow].start(stage)
        stage.world.finish()
        batches.append(stream.records())
    return invoked("data-read-streams", *({"Records": batch} for batch in batches))


def events(function: str, both: slice = slice(2, 3)) -> Callable[[Stage], list[Act]]:
    """Two batches of messages, of which these events are in both."""

    def arrange(stage: Stage) -> list[Act]:
        told = [
            of_cloud("HOST.ALERT", f"number {n}", resource_type="Host", resource_id="h", level="WARN").model_dump_json()
            for n in range(5)
        ]
        batches = (told[: both.stop], told[both.start :])
        return invoked(
            function,
            *({"Records": [{"messageId": str(n), "body": body} for n, body in enumerate(batch)]} for batch in batches),
        )

    return arrange
