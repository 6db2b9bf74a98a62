"""Simulated hosts: the real agent of the bridge over simulated drivers, and the wire between it and the cloud."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit

from bridge.agent import Agent, Timing
from bridge.cloud import Message
from bridge.host import Host
from bridge.hypervisor.simulated import SimulatedHypervisor
from bridge.identity import Identity
from bridge.journal import Journal
from bridge.network.simulated import SimulatedNetwork
from bridge.storage.simulated import SimulatedStorage
from javelin.messaging.host_commands import FetchedImage, HostCommand, ImportImage
from tests.flows.services import Bucket

PATIENCE = 20.0  # seconds until a host that does not do its work fails the test


class Hypervisor(SimulatedHypervisor):
    """Guests that can be looked at, saved and put back."""

    def save(self) -> Any:
        """All that it holds."""
        return copy.deepcopy((self._states, self._memory))

    def put_back(self, saved: Any) -> None:
        """Be as when it was saved."""
        self._states, self._memory = copy.deepcopy(saved)

    def seen(self) -> dict[str, str]:
        """The state of every guest that is defined."""
        return {domain.id: domain.state for domain in self.domains()}


class Storage(SimulatedStorage):
    """Volumes that can be looked at, saved and put back; images that are imported come into the bucket."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__()
        self._bucket = bucket

    def import_image(self, command: ImportImage) -> FetchedImage:
        self._bucket.objects[urlsplit(command.upload_url).path.lstrip("/")] = b"an image"
        return super().import_image(command)

    def save(self) -> Any:
        """All that it holds."""
        return copy.deepcopy((self._pools, self._volumes, self._images))

    def put_back(self, saved: Any) -> None:
        """Be as when it was saved."""
        self._pools, self._volumes, self._images = copy.deepcopy(saved)

    def seen(self) -> set[str]:
        """The volumes that exist."""
        return set(self._volumes)

    def cached(self) -> set[str]:
        """The images that are cached."""
        return {image for _, image in self._images}


class Network(SimulatedNetwork):
    """Networks that can be looked at, saved and put back."""

    def save(self) -> Any:
        """All that it holds."""
        return copy.deepcopy((self.segments, self.routers, self.guests))

    def put_back(self, saved: Any) -> None:
        """Be as when it was saved."""
        self.segments, self.routers, self.guests = copy.deepcopy(saved)


class Memory(Journal):
    """A journal that can be saved and put back."""

    told: Condition

    def __init__(self, path: Path, durable: bool = True) -> None:
        super().__init__(path, durable)
        self.told = Condition()

    def sent(self, reports: list[int]) -> None:
        super().sent(reports)
        with self.told:
            self.told.notify_all()

    def wait_until_told(self) -> None:
        """Return when the cloud has all reports."""
        with self.told:
            assert self.told.wait_for(lambda: not self.unsent(1), PATIENCE), "reports are not sent"

    def wants(self) -> set[str]:
        """The guests that the host would start again if they crashed."""
        return {row[0] for row in self._rows("SELECT id FROM domains WHERE wanted")}

    def save(self) -> sqlite3.Connection:
        """All that it holds."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with self._lock:
            self._db.backup(kept)
        return kept

    def put_back(self, saved: sqlite3.Connection) -> None:
        """Be as when it was saved."""
        with self._lock:
            saved.backup(self._db)


Answer = Callable[[str, str | None, str], None]  # token, error's name or None, output or cause


@dataclass
class Wire:
    """What the agent takes for the cloud. Everything that goes through it waits until a test's hand lets it."""

    answer: Answer
    beat_token: Callable[[str], None]
    queue: deque[Message] = field(default_factory=deque)
    changed: Condition = field(default_factory=Condition)
    reports: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)  # receipts
    answered: set[str] = field(default_factory=set)  # tokens
    closed: bool = False

    def hand_over(self, message: Message, token: str) -> None:
        """Give the agent a message; return when it has done it and its answer came out."""
        with self.changed:
            self.done.discard(message.receipt)
            self.answered.discard(token)
            self.queue.append(message)
            self.changed.notify_all()
            over = self.changed.wait_for(
                lambda: message.receipt in self.done and (not token or token in self.answered), PATIENCE
            )
        assert over, f"the host did not do {message.body[:200]}"

    def receive(self, most: int, wait: int) -> list[Message]:
        with self.changed:
            self.changed.wait_for(lambda: bool(self.queue) or self.closed, wait)
            return [self.queue.popleft() for _ in range(min(most, len(self.queue)))]

    def delete(self, receipts: Sequence[str]) -> None:
        with self.changed:
            self.done.update(receipts)
            self.changed.notify_all()

    def extend(self, receipts: Sequence[str]) -> None:
        """Messages do not come again by themselves here."""

    def succeed(self, token: str, output: str) -> None:
        self._carry(token, None, output)

    def fail(self, token: str, error: str, cause: str) -> None:
        self._carry(token, error, cause)

    def beat(self, token: str) -> None:
        self.beat_token(token)

    def report(self, bodies: Sequence[str]) -> None:
        with self.changed:
            self.reports.extend(bodies)
            self.changed.notify_all()

    def _carry(self, token: str, error: str | None, text: str) -> None:
        try:
            self.answer(token, error, text)
        finally:
            with self.changed:
                self.answered.add(token)
                self.changed.notify_all()


@dataclass
class SimulatedHost:
    """One host with its running agent."""

    identity: Identity
    wire: Wire
    folder: Path
    storage: Storage
    hypervisor: Hypervisor = field(default_factory=Hypervisor)
    network: Network = field(default_factory=Network)

    def __post_init__(self) -> None:
        self.id = self.identity.host
        self.journal = Memory(self.folder / f"{self.id}.sqlite", durable=False)
        host = Host(self.hypervisor, self.storage, self.network, self.journal)
        rare = Timing(poll=1, token_beat=1000.0, heartbeat=1000.0, purge=1000.0)
        self.agent = Agent(self.identity, self.wire, host, self.journal, rare, workers=2)
        self._thread = Thread(target=self.agent.run, name=f"agent-{self.id[:8]}", daemon=True)
        self._thread.start()

    def obey(self, body: str, signature: str, receipt: str) -> None:
        """Let the agent take one message, and wait until it is done with it."""
        self.wire.hand_over(Message(body, signature, receipt), HostCommand.model_validate_json(body).token)

    def sign(self, command: HostCommand) -> tuple[str, str]:
        """A command as the cloud would send it."""
        body = command.model_dump_json()
        return body, hmac.new(base64.b64decode(self.identity.command_key), body.encode(), hashlib.sha256).hexdigest()

    def newer(self, body: str) -> tuple[str, str]:
        """A command as a cloud would send it that says more than this host understands."""
        command = HostCommand.model_validate_json(body)
        return self.sign(command.model_copy(update={"payload": {**command.payload, "more": 1}}))

    def save(self) -> Any:
        """Everything that the host holds."""
        parts = (self.hypervisor.save(), self.storage.save(), self.network.save(), self.journal.save())
        return (*parts, dict(self.agent._reporter._known))

    def put_back(self, saved: Any) -> None:
        """Be as when it was saved."""
        parts: tuple[Any, ...] = (self.hypervisor, self.storage, self.network, self.journal)
        for part, kept in zip(parts, saved[:-1], strict=True):
            part.put_back(kept)
        self.agent._reporter._known = dict(saved[-1])  # what the cloud was told belongs to what it heard

    def close(self) -> None:
        """Stop the agent."""
        self.agent.stop()
        with self.wire.changed:
            self.wire.closed = True
            self.wire.changed.notify_all()
        self._thread.join(PATIENCE)
        self.journal.close()
