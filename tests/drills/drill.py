"""One drill: load and faults together, then the cloud is brought up, settles, and is looked at."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from functions.compute.actions.finish_expunge import AGAIN
from tests.drills import reality
from tests.drills.faults import BRIDGE, CONTROL_PLANE, Fault
from tests.drills.load import Load
from tests.drills.relief import relieve
from tests.drills.report import Plan, Report
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.site import Site

STREAMS = 5.0  # seconds until what is written is counted
AUDIT = "javelin-orchestration-audit"
RECONCILE = "javelin-orchestration-reconcile"
EXPUNGE = "javelin-compute-expunge-due"


def run(site: Site, plan: Plan, faults: Sequence[Fault] = (*CONTROL_PLANE, *BRIDGE)) -> Report:
    """The whole drill; the same seed chooses the same faults in the same order."""
    begun, chance = time.monotonic(), random.Random(plan.seed)
    report, load = Report(plan), Load(site, plan.deployments)
    site.wish()  # what guests need is made before anything breaks
    with ThreadPoolExecutor(1) as threads:
        clients = threads.submit(load.run)
        try:
            while not clients.done():
                for name, took in _struck(site.cloud, plan, faults, chance, clients):
                    report.strike(name, took)
                    after, ended = time.monotonic() - begun, sum(load.outcomes.values())
                    print(f"{after:6.0f} s, {ended} operations: {name} ({took:.1f} s)", flush=True)
                load.enough.set()  # every fault has been
                faults = [fault for fault in faults if not fault.once]
        except BaseException:
            load.given_up.set()
            raise
    clients.result()
    report.under_load = sum(load.outcomes.values())
    site.cloud.up()
    _look(site, plan, report, "while guests are left")
    load.clean()
    _look(site, plan, report, "when all are destroyed")
    report.operations = {f"{command} {how}": times for (command, how), times in sorted(load.outcomes.items())}
    report.reasons, report.repeats = dict(load.reasons), load.repeats
    report.told = reality.told_by_hosts(site.cloud)
    lost = ("unanswered", "never ended")
    report.wrong += [f"{command} {how}: {times}" for (command, how), times in load.outcomes.items() if how in lost]
    report.seconds = round(time.monotonic() - begun, 1)
    return report


def _struck(
    cloud: LocalCloud, plan: Plan, faults: Sequence[Fault], chance: random.Random, clients: Future[None]
) -> Iterator[tuple[str, float]]:
    """Every fault once, unless the clients are done before: its name and how many seconds it took."""
    for fault in chance.sample(faults, len(faults)):
        wait([clients], chance.uniform(0.2, plan.pause))
        if clients.done():
            return
        begun = time.monotonic()
        fault.harm(cloud, chance, chance.uniform(0.2, 1) * plan.outage)
        if fault.mend:
            cloud.up()
        yield fault.name, time.monotonic() - begun


def _look(site: Site, plan: Plan, report: Report, when: str) -> None:
    """Let what is under way come to its end, then note all that is wrong."""
    cloud, deadline = site.cloud, time.monotonic() + plan.settling
    while reality.unsettled(cloud) and time.monotonic() < deadline:
        if plan.operated:
            report.stuck += relieve(site)
        cloud.invoke(RECONCILE, {"now": True})
        cloud.invoke(EXPUNGE, {"now": int(time.time()) + AGAIN})
        time.sleep(1)
    for _ in range(2):  # differences are repaired at the second look, which streams must have reached
        time.sleep(STREAMS)
        report.repaired += [line for line in _whole_round(cloud) if line.startswith("repaired")]
    found = [*reality.unsettled(cloud), *reality.drifts(cloud)]
    report.wrong += [f"{when}: {line}" for line in found]
    report.orphans += reality.orphans(cloud)
    report.compared[when] = reality.compared(cloud)


def _whole_round(cloud: LocalCloud) -> list[str]:
    told: list[str] = []
    while True:
        answer = cloud.invoke(AUDIT, {"now": True})
        told += answer["told"]
        if answer["rounds"]:
            return told
