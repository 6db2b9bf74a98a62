"""What a drill does to the programs of a local cloud, and how each is mended."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.local_cloud import LocalCloud, alive, eventually

Harm = Callable[[LocalCloud, random.Random, float], None]
MINUTES = 125.0  # seconds of a long cut: flows have given up their step and its undo by then


@dataclass(frozen=True)
class Fault:
    """`harm` gets the seconds that an outage shall last; what it kills is started by `up` where `mend` says so.

    What takes minutes happens `once` in a drill, all else again and again.
    """

    name: str
    harm: Harm
    mend: bool
    once: bool = False


def _kill(program: str) -> Harm:
    def harm(cloud: LocalCloud, chance: random.Random, outage: float) -> None:
        killed = cloud.processes(program)
        for process in killed:
            send_signal(process, signal.SIGKILL)
        eventually(lambda: not alive(killed), f"the end of {program}")

    return harm


def _kill_worker(cloud: LocalCloud, chance: random.Random, outage: float) -> None:
    workers = _workers(cloud)
    if workers:
        send_signal(chance.choice(workers), signal.SIGKILL)


def _cut(program: str) -> Harm:
    """The program neither hears nor says anything for a while, as when the network to it is cut; connections stay."""

    def harm(cloud: LocalCloud, chance: random.Random, outage: float) -> None:
        stopped = cloud.processes(program)
        for process in stopped:
            send_signal(process, signal.SIGSTOP)
        try:
            time.sleep(outage)
        finally:
            for process in stopped:
                send_signal(process, signal.SIGCONT)

    return harm


CONTROL_PLANE = (
    Fault("kill -9 of the embedded AWS", _kill("aws"), mend=True),
    Fault("kill -9 of the front", _kill("front"), mend=True),
    Fault("kill -9 of a function's worker", _kill_worker, mend=False),
    Fault("the cloud is cut off", _cut("aws"), mend=False),
)
BRIDGE = (
    Fault("kill -9 of the bridge", _kill("bridge"), mend=True),
    Fault("the bridge is cut off", _cut("bridge"), mend=False),
)
LONG_CUT = Fault(
    "the bridge is cut off for minutes", lambda cloud, chance, outage: _cut("bridge")(cloud, chance, MINUTES),
    mend=False, once=True,
)  # fmt: skip


def send_signal(process: int, number: signal.Signals) -> None:
    """To a process that may be gone."""
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return  # it ended by itself


def _workers(cloud: LocalCloud) -> list[int]:
    """The processes that run functions: below the embedded AWS and its fork server, and with none below them."""
    family = cloud.processes("aws")
    parents = {process: _parent(process) for process in family}
    return [
        process for process in family if parents.get(parents[process]) in family and process not in parents.values()
    ]


def _parent(process: int) -> int:
    """The parent of a process; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
