"""The first guest: proof that the whole cloud works, from the API to a booted machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from infra.local.api import Api, Row
from infra.local.home import Home
from infra.local.progress import Say

NAME = "hello"
BOOTED = "GUEST boot-finished"
PATIENCE = 180.0  # seconds for a guest to boot; software emulation on a busy machine is slow


@dataclass(frozen=True)
class Guest:
    """A guest that runs; what its console says of this boot begins `since` bytes into the log."""

    id: str
    since: int


def deploy(home: Home, api: Api, zone: Row, template: Row, network: Row, say: Say) -> Guest:
    """The guest `hello`, running."""
    machine, since = _find(api), 0
    if machine is None:
        say("deploying")
        offering = next(row for row in api.rows("listServiceOfferings", "serviceoffering") if row["name"] == "Small")
        api.call(
            "deployVirtualMachine", name=NAME, displayname="The first guest", zoneid=zone["id"],
            templateid=template["id"], serviceofferingid=offering["id"], networkids=network["id"], hypervisor="KVM",
        )  # fmt: skip
        machine = _find(api)
    elif machine["state"] == "Stopped":
        say("starting")
        log = serial_log(home, machine["id"])
        since = log.stat().st_size if log.exists() else 0
        api.call("startVirtualMachine", id=machine["id"])
        machine = _find(api)
    if machine is None or machine["state"] != "Running":
        raise RuntimeError(f"guest {NAME} is {machine['state'] if machine else 'gone'}; see {_why(home, api, machine)}")
    addresses = ", ".join(nic["ipaddress"] for nic in machine.get("nic", []))
    say(f"{machine['id']} on {machine.get('hostname')}, {addresses}")
    return Guest(machine["id"], since)


def wait_until_booted(home: Home, guest: Guest, say: Say) -> None:
    """Read the guest's serial console until it says that it has booted."""
    log, deadline = serial_log(home, guest.id), time.monotonic() + PATIENCE
    while True:
        lines = log.read_bytes()[guest.since :].decode(errors="replace").splitlines() if log.exists() else []
        booted = next((line for line in reversed(lines) if BOOTED in line), None)
        if booted is not None:
            say(f"serial console: {booted.strip()}")
            return
        if time.monotonic() > deadline:
            last = lines[-1].strip() if lines else "nothing"
            raise TimeoutError(f"guest {NAME} did not boot in {PATIENCE:g} seconds; its console {log} says: {last}")
        time.sleep(0.2)


def serial_log(home: Home, machine: str) -> Path:
    """What the guest wrote on its first serial port."""
    return home.hosts / "127.0.0.1" / "serial" / f"{machine}.log"


def _why(home: Home, api: Api, machine: Row | None) -> str:
    """Where the guest's last job is told, step by step."""
    jobs = api.rows("listAsyncJobs", "asyncjobs", listall="true")
    last = next((job for job in reversed(jobs) if machine and job.get("jobinstanceid") == machine["id"]), None)
    return f"{home.url}/client/trace/{last['jobid']}" if last else "listEvents"


def _find(api: Api) -> Row | None:
    rows = api.rows("listVirtualMachines", "virtualmachine", name=NAME)
    return next((row for row in rows if row["name"] == NAME and row["state"] not in ("Destroyed", "Expunging")), None)
