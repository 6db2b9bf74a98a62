"""Stops the local cloud, and tells what runs of it."""

from __future__ import annotations

import subprocess

from infra.local.cloud import embedded_aws, front
from infra.local.console import console_process, has_screens
from infra.local.home import Home
from infra.local.hosts import bridge_process
from infra.local.processes import Background
from infra.local.progress import Progress


def down(home: Home, progress: Progress, *, guests: bool) -> None:
    """Stop what listens first, the AWS last; with `guests` power them off before, through libvirt."""
    if guests:
        with progress.step("guests") as say:
            say(f"{_power_off(home)} powered off")
    for program in _programs(home):
        with progress.step(program.name) as say:
            say("stopped" if program.stop() else "was not running")


def status(home: Home, progress: Progress) -> int:
    """Print what runs; 1 if something does not."""
    running = True
    for program in _programs(home):
        answer = program.running()
        running = running and answer
        progress.console.print(
            f"{program.name:8} {'runs' if answer else 'does not run'}   {program.log}", soft_wrap=True
        )
    progress.console.print(f"endpoint {home.endpoint}", soft_wrap=True)
    return 0 if running else 1


def _programs(home: Home) -> list[Background]:
    consoles = [console_process(home)] if has_screens(home) else []
    return [front(home), *consoles, bridge_process(home), embedded_aws(home)]


def _power_off(home: Home) -> int:
    """Only this cloud's guests: those whose serial console is in its folder."""
    logs = (home.hosts / "127.0.0.1" / "serial").glob("*.log")
    wanted = {log.stem for log in logs}
    running = subprocess.run(
        ("virsh", "--connect", "qemu:///system", "list", "--uuid", "--state-running"),
        capture_output=True, text=True, check=True, timeout=30,
    ).stdout.split()  # fmt: skip
    ours = [uuid for uuid in running if uuid in wanted]
    for uuid in ours:
        subprocess.run(("virsh", "--connect", "qemu:///system", "shutdown", uuid), check=True, timeout=30,
                       capture_output=True)  # fmt: skip
    return len(ours)
