"""An agent with simulated drivers and a cloud in memory, for tests of its loop and its guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from bridge.agent import Agent, Timing
from bridge.host import Host
from bridge.hypervisor.simulated import SimulatedHypervisor
from bridge.identity import Identity
from bridge.journal import Journal
from bridge.network.simulated import SimulatedNetwork
from bridge.storage.simulated import SimulatedStorage
from javelin.messaging.host_commands import (
    Domain,
    Pool,
    StartDomain,
    Volume,
)
from tests.bridge.fake_cloud import FakeCloud, an_identity
from tests.bridge.guests import a_domain

POOL = Pool(id="11111111-1111-4111-8111-111111111111", path="/pools/one")
WORKERS = 4
QUICK = Timing(poll=1, token_beat=0.05, heartbeat=0.1, longest_pause=0.1)


class World:
    """One agent that can be stopped, or dropped as by kill -9, and started again on the same journal."""

    def __init__(self, folder: Path) -> None:
        self.cloud = FakeCloud()
        self.identity: Identity = an_identity(self.cloud.host)
        self.hypervisor = SimulatedHypervisor()
        self.storage = SimulatedStorage()
        self.network = SimulatedNetwork()
        self.journal = Journal(folder / "journal.sqlite", durable=False)
        self.timing = QUICK
        self.later = timedelta()
        self.agent: Agent | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        host = Host(self.hypervisor, self.storage, self.network, self.journal)
        self.agent = Agent(self.identity, self.cloud, host, self.journal, self.timing, WORKERS, self._now)
        self._thread = Thread(target=self.agent.run)
        self._thread.start()

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def stop(self) -> None:
        if self.agent is not None and self._thread is not None:
            self.agent.stop()
            self._thread.join(20)
            assert not self._thread.is_alive()
            self.agent = None

    def a_ready_domain(self, nic: bool = False) -> Domain:
        domain = a_domain(POOL, nic=nic)
        self.storage.create(Volume(id=domain.disks[0].volume.id, pool=POOL, size=1 << 20))
        return domain

    def a_running_domain(self, fence: int = 1) -> Domain:
        domain = self.a_ready_domain()
        token = f"start-{domain.id}"
        self.cloud.send(StartDomain(domain=domain), token, resource=domain.id, fence=fence)
        assert self.cloud.wait_for(token)[0] == "ok"
        return domain


class SlowStart(SimulatedHypervisor):
    """Starts when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()
        self.go = Event()
        self.starts = 0

    def start(self, domain: Domain, fence: int, wiring: object) -> object:  # type: ignore[override]  # passes through
        self.starts += 1
        self.begun.set()
        assert self.go.wait(20)
        return super().start(domain, fence, wiring)  # type: ignore[arg-type]  # as above


def settled(true: Callable[[], bool]) -> None:
    end = datetime.now(UTC) + timedelta(seconds=20)
    while not true():
        assert datetime.now(UTC) < end, "it did not become true"
        Event().wait(0.01)
