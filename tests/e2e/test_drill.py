"""A short crash drill: everything but the guests is killed or cut off while guests are deployed and destroyed."""

from __future__ import annotations

import json
import secrets

from tests.drills.drill import run
from tests.drills.report import Plan
from tests.e2e.site import Site


def test_after_crashes_nothing_is_lost_and_nothing_is_left(site: Site) -> None:
    report = run(site, Plan(deployments=10, seed=secrets.randbits(32), outage=4, pause=2, settling=80))
    told = json.dumps(report.as_json(), indent=1)
    print(told)
    assert report.passed, told
    assert sum(report.faults.values()) >= 3, told
    assert any(name.endswith("done") for name in report.operations), told
