"""A cloud in memory that behaves as SQS and Step Functions do towards a bridge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.cloud import CloudUnreachable, Message, TokenGone
from bridge.identity import Identity
from javelin.messaging.host_commands import Command, HostCommand
from javelin.messaging.reports import Report
from tests.bridge.guests import new_id

KEY = b"k" * 32


def an_identity(host: str) -> Identity:
    private = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return Identity(
        endpoint="http://127.0.0.1:1/client",
        host=host,
        driver="simulated",
        private_key=base64.b64encode(private).decode(),
        command_key=base64.b64encode(KEY).decode(),
        region="us-east-1",
        commands_queue="commands",
        reports_queue="reports",
    )


def signed(body: str, key: bytes = KEY) -> str:
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


class FakeCloud:
    """Tokens are open until they are answered or closed by the test; messages stay until they are deleted."""

    def __init__(self) -> None:
        self.host = new_id()
        self.changed = Condition()
        self.away = False
        self.refused: set[str] = set()  # why calls were refused
        self.queue: deque[Message] = deque()
        self.held: dict[str, Message] = {}
        self.open: set[str] = set()
        self.answers: list[tuple[str, str, Any]] = []  # token, "ok" or the error's name, output or cause
        self.beats: list[str] = []
        self.reports: list[Report] = []

    def send(self, command: Command, token: str = "", resource: str | None = None, **fields: Any) -> HostCommand:
        """Queue a command and answer its envelope; `fields` replace those of the envelope."""
        envelope = HostCommand(
            **{
                "id": new_id(),
                "kind": command.kind,
                "host": self.host,
                "resource": resource or new_id(),
                "fence": 1,
                "token": token,
                "deadline": datetime.now(UTC) + timedelta(minutes=5),
                "payload": command.model_dump(mode="json"),
                **fields,
            }
        )
        self.push(envelope)
        return envelope

    def push(self, envelope: HostCommand) -> None:
        body = envelope.model_dump_json()
        with self.changed:
            if envelope.token:
                self.open.add(envelope.token)
            self.put(body, signed(body))

    def put(self, body: str, signature: str) -> None:
        with self.changed:
            self.queue.append(Message(body, signature, new_id()))
            self.changed.notify_all()

    def come_again(self) -> None:
        """Let all messages that were received and not deleted return, as after their visibility timeout."""
        with self.changed:
            self.queue.extend(self.held.values())
            self.held.clear()
            self.changed.notify_all()

    def wait_for(self, token: str, seconds: float = 20.0) -> tuple[str, Any]:
        """The answer to a token."""
        with self.changed:
            assert self.changed.wait_for(lambda: any(token == each[0] for each in self.answers), seconds), "no answer"
            return next((kind, value) for known, kind, value in self.answers if known == token)

    def wait_for_report(self, kind: str, number: int = 1, seconds: float = 20.0) -> list[dict[str, Any]]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self._bodies(kind)) >= number, seconds), f"no {kind}"
            return self._bodies(kind)

    def _bodies(self, kind: str) -> list[dict[str, Any]]:
        return [report.body for report in self.reports if report.kind == kind]

    def receive(self, most: int, wait: int) -> list[Message]:
        with self.changed:
            self._reach()
            self.changed.wait_for(lambda: bool(self.queue), wait)
            self._reach()
            taken = [self.queue.popleft() for _ in range(min(most, len(self.queue)))]
            self.held.update({message.receipt: message for message in taken})
            return taken

    def delete(self, receipts: Sequence[str]) -> None:
        with self.changed:
            self._reach()
            for receipt in receipts:
                self.held.pop(receipt, None)
            self.changed.notify_all()

    def extend(self, receipts: Sequence[str]) -> None:
        self._reach()

    def succeed(self, token: str, output: str) -> None:
        self._answer(token, "ok", json.loads(output))

    def fail(self, token: str, error: str, cause: str) -> None:
        self._answer(token, error, cause)

    def _answer(self, token: str, kind: str, value: Any) -> None:
        with self.changed:
            self._reach()
            if token not in self.open:
                raise TokenGone(token)
            self.open.remove(token)
            self.answers.append((token, kind, value))
            self.changed.notify_all()

    def beat(self, token: str) -> None:
        with self.changed:
            self._reach()
            if token not in self.open:
                raise TokenGone(token)
            self.beats.append(token)
            self.changed.notify_all()

    def report(self, bodies: Sequence[str]) -> None:
        with self.changed:
            self._reach()
            assert len(bodies) <= 10
            self.reports.extend(Report.model_validate_json(body) for body in bodies)
            self.changed.notify_all()

    def _reach(self) -> None:
        if self.away:
            self.refused.add("away")
            raise CloudUnreachable("the cloud is away")
