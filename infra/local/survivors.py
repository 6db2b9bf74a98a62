"""Guests that ran when this machine went down: libvirt forgets that they ran, the cloud does not."""

from __future__ import annotations

import subprocess
import time

from infra.local.api import Api
from infra.local.progress import Say

PATIENCE = 60.0  # seconds until the bridge has told what runs, or has restarted what it may
LIST = ("virsh", "--connect", "qemu:///system", "list", "--uuid", "--state-running")


def running(api: Api, host: str) -> list[str]:
    """The guests that the cloud takes for running on a host."""
    if "listVirtualMachines" not in api.commands:
        return []
    rows = api.rows("listVirtualMachines", "virtualmachine", state="Running", listall="true", pagesize=500, page=1)
    return [row["id"] for row in rows if row.get("hostname") == host]


def on_this_machine() -> set[str]:
    """The guests that libvirt runs."""
    done = subprocess.run(LIST, capture_output=True, text=True, check=True, timeout=30)
    return set(done.stdout.split())


def start_again(api: Api, wanted: list[str], say: Say) -> None:
    """Have them run again: the bridge restarts what it may, the others are started through the API."""
    started, deadline = 0, time.monotonic() + PATIENCE
    while missing := set(wanted) - on_this_machine():
        rows = [row for key in missing for row in api.rows("listVirtualMachines", "virtualmachine", id=key)]
        stopped = [row["id"] for row in rows if row["state"] == "Stopped"]
        for key in stopped:
            api.call("startVirtualMachine", id=key)
        started += len(stopped)
        if time.monotonic() > deadline:
            say(f"{len(missing)} of {len(wanted)} do not run yet; the cloud goes on with them")
            return
        time.sleep(0.5)
    say(f"{len(wanted)} run" + (f", {started} started again" if started else ""))
