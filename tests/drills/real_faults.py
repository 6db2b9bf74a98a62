"""What happens to the hosts of a drill; the first process of each starts again what was killed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from tests.drills.fake_host import FakeHost, kill
from tests.drills.faults import MINUTES, Fault, Harm
from tests.e2e.local_cloud import LocalCloud

Hurt = Callable[[FakeHost, random.Random, float], None]
BRIDGE = ("-m", "bridge", "run")  # words of its command line


def faults_of(hosts: Sequence[FakeHost]) -> tuple[Fault, ...]:
    """Each strikes one of the hosts."""
    harms: tuple[tuple[str, Hurt], ...] = (
        ("kill -9 of libvirtd", lambda host, chance, outage: _kill_all(host, "libvirtd")),
        ("kill -9 of a host's bridge", lambda host, chance, outage: _kill_all(host, *BRIDGE)),
        ("kill -9 of a qemu", _kill_qemu),
        ("power failure of a host", _fail_power),
        ("a host's way to the cloud is cut", _cut),
    )
    return tuple(Fault(name, _of_one(hosts, hurt), mend=False) for name, hurt in harms)


def long_cut(hosts: Sequence[FakeHost]) -> Fault:
    """One of the hosts does not reach the cloud for minutes."""
    harm = _of_one(hosts, lambda host, chance, outage: _cut(host, chance, MINUTES))
    return Fault("a host's way to the cloud is cut for minutes", harm, mend=False, once=True)


def qemus(host: FakeHost, *words: str) -> list[int]:
    """The processes of its guests."""
    return host.processes("qemu-system-x86_64", *words)


def _of_one(hosts: Sequence[FakeHost], hurt: Hurt) -> Harm:
    def harm(cloud: LocalCloud, chance: random.Random, outage: float) -> None:
        hurt(chance.choice(hosts), chance, outage)

    return harm


def _kill_all(host: FakeHost, *words: str) -> None:
    host.kill(*words)


def _kill_qemu(host: FakeHost, chance: random.Random, outage: float) -> None:
    if running := qemus(host, "-name"):
        kill(chance.choice(running))


def _fail_power(host: FakeHost, chance: random.Random, outage: float) -> None:
    host.power_off()
    time.sleep(outage)
    host.power_on()


def _cut(host: FakeHost, chance: random.Random, outage: float) -> None:
    host.cut()
    try:
        time.sleep(outage)
    finally:
        host.mend()
