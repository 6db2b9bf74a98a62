"""One drill: load and faults together, then the cloud is brought up, settles, and is looked at."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.drills import reality
from tests.drills.faults import FAULTS, Fault
from tests.drills.load import Load
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.site import Site

SETTLING = 300.0  # seconds
STREAMS = 5.0  # seconds until what is written is counted
AUDIT = "javelin-orchestration-audit"
RECONCILE = "javelin-orchestration-reconcile"


@dataclass(frozen=True)
class Plan:
    """The fewest deployments; `outage` and `pause` are the longest seconds of a cut, and between two faults."""

    deployments: int
    seed: int
    outage: float
    pause: float
    operated: bool = False  # whether somebody looks after stuck jobs, as their alarms ask for


@dataclass
class Report:
    """What was done, how it ended, and what is wrong after it: nothing, or the drill has failed."""

    plan: Plan
    faults: dict[str, int] = field(default_factory=dict)
    operations: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    repeats: int = 0
    stuck: int = 0  # jobs that the operator undid or resumed
    orphans: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    alone: str = ""  # what a host did without the cloud; only on real hosts
    repaired: list[str] = field(default_factory=list)  # what the audit put right: no failure, but told
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether all that is promised holds."""
        return not self.wrong and not self.orphans

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "passed": self.passed}


def run(site: Site, plan: Plan, faults: Sequence[Fault] = FAULTS) -> Report:
    """The whole drill; the same seed chooses the same faults in the same order."""
    begun, chance = time.monotonic(), random.Random(plan.seed)
    report, load = Report(plan), Load(site, plan.deployments)
    site.wish()  # what guests need is made before anything breaks
    with ThreadPoolExecutor(1) as threads:
        clients = threads.submit(load.run)
        try:
            while not clients.done():
                _break(site.cloud, plan, faults, chance, clients, report)
                load.enough.set()  # every fault has been
        finally:
            load.enough.set()
    clients.result()
    site.cloud.up()
    if plan.operated:
        report.stuck += _relieve(site)
    _look(site.cloud, report, "while guests are left")
    load.clean()
    if plan.operated:
        report.stuck += _relieve(site)
    _look(site.cloud, report, "when all are destroyed")
    report.operations = {f"{command} {how}": times for (command, how), times in sorted(load.outcomes.items())}
    report.reasons, report.repeats = dict(load.reasons), load.repeats
    lost = ("unanswered", "never ended")
    report.wrong += [f"{command} {how}: {times}" for (command, how), times in load.outcomes.items() if how in lost]
    report.seconds = round(time.monotonic() - begun, 1)
    return report


def _break(
    cloud: LocalCloud,
    plan: Plan,
    faults: Sequence[Fault],
    chance: random.Random,
    clients: Future[None],
    report: Report,
) -> None:
    """Every fault once, unless the clients are done before."""
    for fault in chance.sample(faults, len(faults)):
        wait([clients], chance.uniform(0.2, plan.pause))
        if clients.done():
            return
        fault.harm(cloud, chance, chance.uniform(0.2, 1) * plan.outage)
        report.faults[fault.name] = report.faults.get(fault.name, 0) + 1
        if fault.mend:
            cloud.up()


def _look(cloud: LocalCloud, report: Report, when: str) -> None:
    """Let what is under way come to its end, then note all that is wrong."""
    deadline = time.monotonic() + SETTLING
    while reality.unsettled(cloud) and time.monotonic() < deadline:
        cloud.invoke(RECONCILE, {"now": True})
        time.sleep(1)
    for _ in range(2):  # differences are repaired at the second look, which streams must have reached
        time.sleep(STREAMS)
        report.repaired += [line for line in _whole_round(cloud) if line.startswith("repaired")]
    found = [*reality.unsettled(cloud), *reality.drifts(cloud)]
    report.wrong += [f"{when}: {line}" for line in found]
    report.orphans += reality.orphans(cloud)


def _relieve(site: Site) -> int:
    """Undo deployments that are stuck, whose clients have given up, and resume all else; how many there were."""
    stuck = [job for job in reality.records(site.cloud, "Job") if job.get("error") == "Stuck"]
    for job in stuck:
        deployed = job["command"] == "deployVirtualMachine"
        site.cloud.raw.call("undoAsyncJob" if deployed else "resumeAsyncJob", jobid=job["id"])
    return len(stuck)


def _whole_round(cloud: LocalCloud) -> list[str]:
    told: list[str] = []
    while True:
        answer = cloud.invoke(AUDIT, {"now": True})
        told += answer["told"]
        if answer["rounds"]:
            return told
