"""Commands between their arrival and their result."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from threading import Event, Lock

from bridge.errors import Cancelled
from bridge.journal import Journal, Result
from bridge.spans import Spans
from javelin.messaging.host_commands import HostCommand

MOST_CANCELLED = 1000  # ids that are remembered because their command may come later than its cancel


@dataclass
class Running:
    """A command that waits or runs; repeats bring newer tokens and more receipts. `unwanted` is set to cancel it."""

    command: HostCommand
    token: str
    receipts: list[str] = field(default_factory=list)
    begun: bool = False
    unwanted: Event = field(default_factory=Event)


class Desk:
    """Decides what a message is: new, a repeat of what runs, or a repeat of what is done."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()
        self._running: dict[str, Running] = {}
        self._cancelled: deque[str] = deque(maxlen=MOST_CANCELLED)

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
            if command.id in self._cancelled:
                return _cancelled(command)
            running = self._running[command.id] = Running(command, command.token, [receipt])
            return running

    def begin(self, running: Running) -> bool:
        """The command's turn has come; False if it was cancelled meanwhile."""
        with self._lock:
            running.begun = not running.unwanted.is_set()
            return running.begun

    def cancel(self, command: str) -> list[str]:
        """Answer a command that waits, tell one that runs, remember one that may come; the receipts that are done."""
        with self._lock:
            self._cancelled.append(command)
            running = self._running.get(command)
            if running is None:
                return []
            running.unwanted.set()
            if running.begun:
                return []
            self._journal.answer(running.token, _cancelled(running.command))
            del self._running[command]
            return running.receipts

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


def _cancelled(command: HostCommand) -> Result:
    """The answer to a command that is not begun."""
    failure = Spans(command).failed(Cancelled.__name__, "the job was cancelled before its command was begun")
    return Result(error=failure.name, cause=failure.cause())
