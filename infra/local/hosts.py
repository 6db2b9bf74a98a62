"""The hosts of the local cloud: this machine's libvirt, or simulated ones; one bridge process serves them all."""

from __future__ import annotations

import json
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from bridge.__main__ import main as bridge
from bridge.identity import FILE
from infra.local.api import Api, Row
from infra.local.cloud import write_secret
from infra.local.console import console_url
from infra.local.fabric import Fabric, Plan
from infra.local.home import Home
from infra.local.processes import Background
from infra.local.progress import Say

DRIVERS = {"KVM": "libvirt", "Simulator": "simulated"}
TOKEN = "token"  # noqa: S105 - the name of a file
PATIENCE = 60.0  # seconds until an enrolled host is Up


def bridge_process(home: Home) -> Background:
    """The bridge of every host that is enrolled here."""
    arguments = "run", "--all", str(home.hosts)
    enrolled = {"JAVELIN_LOCAL_HOSTS": ",".join(sorted(_enrolled(home)))}
    return Background(
        home, "bridge", "bridge", arguments, enrolled, sources=("bridge", "layers/javelin/python/javelin/messaging")
    )


def names_of(hypervisor: str, count: int) -> list[str]:
    """What the hosts are called."""
    if hypervisor == "KVM":
        return ["127.0.0.1"]
    return [f"simulated-{number:04d}" for number in range(1, count + 1)]


def add_hosts(home: Home, api: Api, fabric: Fabric, count: int, say: Say) -> None:
    """Have every host known to the cloud and its bridge enrolled."""
    known = {row["name"] for row in api.rows("listHosts", "host", zoneid=fabric.zone, type="Routing")}
    names = names_of(fabric.hypervisor, count)
    for name in names:
        state = home.hosts / name
        state.mkdir(mode=0o700, exist_ok=True)
        if fabric.hypervisor == "KVM":
            _configure(state, Plan.of(home))
        if (state / FILE).exists():
            continue
        say(f"enrolling {name}")
        if name not in known:
            write_secret(state / TOKEN, _expect(api, fabric, name))
        _enrol(home, state, DRIVERS[fabric.hypervisor])
    say(f"{len(names)} enrolled")


def run_bridge(home: Home, say: Say) -> None:
    """Have the bridge at work."""
    say("started" if bridge_process(home).ensure() else "runs")


def wait_until_up(home: Home, api: Api, count: int, say: Say) -> None:
    """Return when the hosts of this machine's bridge are Up; those that an operator added elsewhere may be away."""
    program, deadline = bridge_process(home), time.monotonic() + PATIENCE
    ours = _enrolled(home)
    while True:
        rows: list[Row] = [row for row in api.rows("listHosts", "host", type="Routing") if row["name"] in ours]
        waiting = [row["name"] for row in rows if row["state"] != "Up"]
        if not waiting and len(rows) >= count:
            say(_capacity(rows))
            return
        program.check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"hosts {', '.join(waiting[:5])} are not Up: {program.tail()}")
        time.sleep(0.3)


def _enrolled(home: Home) -> set[str]:
    return {file.parent.name for file in home.hosts.glob(f"*/{FILE}")}


def _expect(api: Api, fabric: Fabric, name: str) -> str:
    """Make the host known; its one-time token."""
    rows: list[Row] = api.call(
        "addHost", zoneid=fabric.zone, podid=fabric.pod, clusterid=fabric.cluster, hypervisor=fabric.hypervisor,
        url=f"http://{name}",
    )["host"]  # fmt: skip
    return str(rows[0]["details"]["enrolment.token"])


def _enrol(home: Home, state: Path, driver: str) -> None:
    token = state / TOKEN
    if not token.exists():
        raise FileNotFoundError(f"host {state.name} is known, but its enrolment is lost: delete it and run this again")
    screens = ["--console-url", console_url()] if driver == "libvirt" else []
    with redirect_stdout(StringIO()):  # the progress display tells it
        code = bridge(
            ["enrol", "--endpoint", f"{home.url}/client", "--state", str(state), "--driver", driver,
             "--token", token.read_text(), *screens]
        )  # fmt: skip
    if code != 0:
        raise RuntimeError(f"the bridge of {state.name} could not enrol")
    token.unlink()


def _configure(state: Path, plan: Plan) -> None:
    """This machine's own public bridge, and the end of its tunnels; written only when new, as a change restarts."""
    text = f"local_bridges = {json.dumps([f'{plan.bridge}={plan.gateway}/24'])}\n"
    file = state / "bridge.toml"
    if not file.exists():
        write_secret(file, text)


def _capacity(rows: list[Row]) -> str:
    cores = sum(row["cpunumber"] for row in rows)
    memory = sum(row["memorytotal"] for row in rows) / 2**30
    return f"{len(rows)} Up: {cores} cores, {memory:.1f} GiB"
