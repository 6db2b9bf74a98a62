"""A short drill on real hosts: libvirt, qemu, bridges, whole hosts and the control plane die while guests come and go."""

from __future__ import annotations

import json
import secrets

from tests.drills import real
from tests.drills.report import Plan


def test_after_hosts_and_their_cloud_died_nothing_is_lost_and_nothing_is_left() -> None:
    plan = Plan(deployments=4, seed=secrets.randbits(32), outage=2, pause=1, operated=True)
    report = real.drill(plan, hosts=2, seconds=8, minutes=False)
    told = json.dumps(report.as_json(), indent=1)
    print(told)
    assert report.passed, told
    assert len(report.faults) == 9, told
    assert any(name.endswith("done") for name in report.operations), told
    assert {"Crashed guest restarted", "Crashed guest left off"} <= report.told.keys(), told
