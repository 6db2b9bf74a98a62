"""A hypervisor that only remembers: for scale tests, demonstrations and failure drills.

`latency` gives seconds by operation ("start", "stop", "reboot", "destroy"); `fail` gives for an operation either a
probability or the list of its outcomes (True fails), after which it succeeds. Equal seeds behave equally.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from threading import RLock

from bridge import cancelling
from bridge.errors import DomainNotFound, DomainNotRunning, HostCommandFailed, TransientHostError
from bridge.hypervisor.base import CRASHED, Capabilities, DomainListener, Load, Wiring
from javelin.messaging.host_commands import ConsoleAddress, Domain, DomainState

Failures = float | list[bool]


class SimulatedHypervisor:
    """Guests in memory; with `file` they outlive the bridge."""

    def __init__(
        self,
        file: Path | None = None,
        latency: Mapping[str, float] | None = None,
        fail: Mapping[str, Failures] | None = None,
        seed: int = 0,
        cpus: int = 64,
        mhz: int = 3000,
        memory_mib: int = 524_288,
    ) -> None:
        self._file = file
        self._latency = dict(latency or {})
        self._fail = {kind: list(plan) if isinstance(plan, list) else plan for kind, plan in (fail or {}).items()}
        self._random = random.Random(seed)  # noqa: S311 - chooses simulated failures, guards nothing
        self._capabilities = Capabilities("simulated", "Simulated 1.0", False, cpus, mhz, memory_mib)
        self._lock = RLock()
        self._states: dict[str, DomainState] = {}
        self._memory: dict[str, int] = {}
        self._listeners: list[DomainListener] = []
        if file is not None and file.exists():
            saved = json.loads(file.read_text())
            self._memory = saved["memory"]
            self._states = {state["id"]: DomainState.model_validate(state) for state in saved["states"]}

    def capabilities(self) -> Capabilities:
        return self._capabilities

    def load(self) -> Load:
        with self._lock:
            running = [domain for domain, state in self._states.items() if state.state == "Running"]
            return Load(sum(self._memory[domain] for domain in running), 0.1 * len(running))

    def domains(self) -> list[DomainState]:
        with self._lock:
            return list(self._states.values())

    def state(self, domain: str) -> DomainState:
        with self._lock:
            return self._states.get(domain) or DomainState(id=domain, state="Absent")

    def start(self, domain: Domain, fence: int, wiring: Wiring) -> DomainState:
        self._act("start")
        if {disk.volume.id for disk in domain.disks} != set(wiring.disks):
            raise HostCommandFailed(f"guest {domain.name} has disks that are not on this host")
        with self._lock:
            known = self._states.get(domain.id)
            self._memory[domain.id] = domain.memory_mib
            if known is not None and known.state == "Running":
                self._states[domain.id] = known.model_copy(update={"fence": max(fence, known.fence)})
                self._save()
                return self._states[domain.id]
            return self._become(DomainState(id=domain.id, state="Running", reason="booted", fence=fence))

    def stop(self, domain: str, forced: bool, grace_seconds: int) -> DomainState:
        self._act("stop")
        with self._lock:
            known = self._states.get(domain)
            if known is None or known.state == "Stopped":
                return known or DomainState(id=domain, state="Absent")
            reason = "destroyed" if forced or grace_seconds == 0 else "shutdown"
            return self._become(known.model_copy(update={"state": "Stopped", "reason": reason}))

    def reboot(self, domain: str, forced: bool, grace_seconds: int) -> DomainState:
        del forced, grace_seconds  # a simulated guest obeys at once
        self._act("reboot")
        return self._running(domain)

    def destroy(self, domain: str) -> None:
        self._act("destroy")
        with self._lock:
            if self._states.pop(domain, None) is not None:
                self._memory.pop(domain, None)
                self._save()
                self._tell(DomainState(id=domain, state="Absent"))

    def console(self, domain: str) -> ConsoleAddress:
        self._running(domain)
        return ConsoleAddress(address="127.0.0.1", port=5900)

    def subscribe(self, listener: DomainListener) -> None:
        self._listeners.append(listener)

    def close(self) -> None:
        """Nothing is held."""

    def crash(self, domain: str) -> None:
        """Let a running guest lose its power, as when its process dies."""
        with self._lock:
            self._become(self._running(domain).model_copy(update={"state": "Stopped", "reason": CRASHED}))

    def shut_down_from_inside(self, domain: str) -> None:
        """Let a running guest power itself off."""
        with self._lock:
            self._become(self._running(domain).model_copy(update={"state": "Stopped", "reason": "shutdown"}))

    def _running(self, domain: str) -> DomainState:
        with self._lock:
            known = self._states.get(domain)
            if known is None:
                raise DomainNotFound(f"guest {domain} is not on this host")
            if known.state != "Running":
                raise DomainNotRunning(f"guest {domain} has no power")
            return known

    def _become(self, state: DomainState) -> DomainState:
        self._states[state.id] = state
        self._save()
        self._tell(state)
        return state

    def _tell(self, state: DomainState) -> None:
        for listener in self._listeners:
            listener(state)

    def _save(self) -> None:
        if self._file is None:
            return
        states = [state.model_dump(mode="json") for state in self._states.values()]
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"memory": self._memory, "states": states}))
        new.replace(self._file)

    def _act(self, operation: str) -> None:
        if delay := self._latency.get(operation, 0.0):
            cancelling.pause(delay)
        with self._lock:
            plan = self._fail.get(operation, 0.0)
            failed = (plan or [False]).pop(0) if isinstance(plan, list) else self._random.random() < plan
        if failed:
            raise TransientHostError(f"simulated failure of {operation}")
