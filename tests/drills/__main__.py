"""`python -m tests.drills`, or `make drill`: run a drill on a local cloud of its own and print what came of it."""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

from rich.console import Console

from tests.drills import real
from tests.drills.drill import run
from tests.drills.faults import BRIDGE, CONTROL_PLANE, LONG_CUT
from tests.drills.report import Plan, Report
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.site import Site


def main(arguments: list[str] | None = None) -> int:
    """The exit code is 1 if something is wrong after the drill."""
    options = _parser().parse_args(arguments)
    console = Console()
    plan = Plan(options.deployments, options.seed, options.outage, options.pause, operated=options.real)
    hosts = options.hosts or (2 if options.real else 4)
    kind = "real (in namespaces)" if options.real else "simulated"
    console.print(f"Drill with seed {plan.seed}: {plan.deployments} guests on {hosts} {kind} hosts.")
    report = real.drill(plan, hosts, options.alone) if options.real else _simulated(plan, hosts)
    report.show(console)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report.as_json(), indent=1) + "\n")
    return 0 if report.passed else 1


def _simulated(plan: Plan, hosts: int) -> Report:
    cloud = LocalCloud.new("--simulated", str(hosts))
    try:
        cloud.up()
        return run(Site(cloud), plan, (*CONTROL_PLANE, *BRIDGE, LONG_CUT))
    finally:
        cloud.remove()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("--deployments", type=int, default=200, help="guests; two of three are destroyed again")
    parser.add_argument("--hosts", type=int, default=0, help="4 unless told, 2 real ones")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="repeats the order of faults")
    parser.add_argument("--outage", type=float, default=90.0, help="longest seconds that a program is cut off")
    parser.add_argument("--pause", type=float, default=8.0, help="longest seconds between two faults")
    parser.add_argument("--real", action="store_true", help="hosts with libvirt and guests of their own, as root")
    parser.add_argument("--alone", type=float, default=120.0, help="seconds that a real host is without the cloud")
    parser.add_argument("--report", type=Path, default=Path("build/drill.json"), help="where the JSON goes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
