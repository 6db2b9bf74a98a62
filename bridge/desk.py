"""Commands between their arrival and their result."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from bridge.journal import Journal, Result
from javelin.messaging.host_commands import HostCommand


@dataclass
class Running:
    """A command that waits or runs; repeats bring newer tokens and more receipts."""

    command: HostCommand
    token: str
    receipts: list[str] = field(default_factory=list)


class Desk:
    """Decides what a message is: new, a repeat of what runs, or a repeat of what is done."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()
        self._running: dict[str, Running] = {}

    def admit(self, command: HostCommand, receipt: str) -> Running | Result | None:
        """A new command to run, the result of a done one, or None for one that joined its running repeat."""
        with self._lock:
            running = self._running.get(command.id)
            if running is not None:
                running.token = command.token or running.token
                running.receipts.append(receipt)
                return None
            result = self._journal.result(command.id)
            if result is not None:
                return result
            running = self._running[command.id] = Running(command, command.token, [receipt])
            return running

    def finish(self, running: Running, result: Result, keep: bool) -> list[str]:
        """Write the result down with its answer; the receipts of all messages that asked for it."""
        with self._lock:
            self._journal.finish(running.command.id, result, keep, running.token)
            del self._running[running.command.id]
            return running.receipts

    def running(self) -> list[Running]:
        with self._lock:
            return list(self._running.values())

    def token_is_gone(self, running: Running, token: str) -> None:
        """Nobody waits for `token`; a newer one stays."""
        with self._lock:
            if running.token == token:
                running.token = ""
