"""What waits inside a Step Functions execution, and how waiting ends: by a result, a timeout, or the end of the
execution."""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any


class ScopeEndedError(Exception):
    """The execution, or the branch that this thread runs, was ended from outside."""


class WaitTimedOutError(Exception):
    """Nothing answered within the state's TimeoutSeconds."""


class HeartbeatMissedError(Exception):
    """Nobody said within HeartbeatSeconds that the task is still being worked on."""


class Wait:
    """One task under way: it succeeds or fails once, from any thread."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self.value: Any = None
        self.failure: tuple[str, str] | None = None
        self._beat = time.monotonic()

    def succeed(self, value: object) -> None:
        """End the wait with a result."""
        self.value = value
        self._done.set()

    def fail(self, error: str, cause: str) -> None:
        """End the wait with an error's name and cause."""
        self.failure = (error, cause)
        self._done.set()

    def wake(self) -> None:
        """Let the waiting thread look at its scope."""
        self._done.set()

    def beat(self) -> None:
        """Note that the task is being worked on."""
        self._beat = time.monotonic()

    def until(self, deadline: float | None, heartbeat: float | None) -> None:
        """Block until the wait has ended; deadlines are monotonic seconds, None waits for ever."""
        while True:
            limits = [deadline] if deadline is not None else []
            if heartbeat is not None:
                limits.append(self._beat + heartbeat)
            if self._done.wait(max(0.0, min(limits) - time.monotonic()) if limits else None):
                return
            now = time.monotonic()
            if deadline is not None and now >= deadline:
                raise WaitTimedOutError
            if heartbeat is not None and now >= self._beat + heartbeat:
                raise HeartbeatMissedError


class Scope:
    """An execution, or one branch of it: ending it ends everything that waits inside."""

    def __init__(self, parent: "Scope | None" = None, on_deadline: Callable[[], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._ended = False
        self._waits: set[Wait] = set()
        self._children: set[Scope] = set()
        self._parent = parent
        self._on_deadline = on_deadline
        self.deadline: float | None = parent.deadline if parent else None

    def child(self) -> "Scope":
        """A scope that ends with this one at the latest."""
        scope = Scope(self)
        with self._lock:
            self._children.add(scope)
            scope._ended = self._ended
        return scope

    def close(self, child: "Scope") -> None:
        """Forget a child that is done."""
        with self._lock:
            self._children.discard(child)

    def end(self) -> None:
        """Wake everything that waits in here; it raises ScopeEndedError there."""
        with self._lock:
            self._ended = True
            waits, children = list(self._waits), list(self._children)
        for wait in waits:
            wait.wake()
        for child in children:
            child.end()

    def check(self) -> None:
        """Raise when this scope has ended or the execution has run for too long."""
        if self._ended:
            raise ScopeEndedError
        if self.deadline is not None and time.monotonic() >= self.deadline:
            self._root()._expire()
            raise ScopeEndedError

    def wait(self, wait: Wait, timeout: float | None = None, heartbeat: float | None = None) -> None:
        """Wait inside this scope, at most `timeout` seconds; return when `wait` has a value or a failure."""
        mine = None if timeout is None else time.monotonic() + timeout
        limits = [limit for limit in (mine, self.deadline) if limit is not None]
        with self._lock:
            self._waits.add(wait)
        try:
            if not self._ended:
                wait.until(min(limits) if limits else None, heartbeat)
        except WaitTimedOutError:
            self.check()
            raise
        finally:
            with self._lock:
                self._waits.discard(wait)
        self.check()

    def sleep(self, seconds: float) -> None:
        """Sleep inside this scope."""
        try:
            self.wait(Wait(), seconds)
        except WaitTimedOutError:
            return

    def _root(self) -> "Scope":
        scope = self
        while scope._parent is not None:
            scope = scope._parent
        return scope

    def _expire(self) -> None:
        if self._on_deadline is not None:
            self._on_deadline()
        self.end()


current: ContextVar[Scope | None] = ContextVar("execution_scope", default=None)


def current_scope() -> Scope:
    """The scope of the execution that this thread runs; outside of one, a scope that never ends."""
    return current.get() or Scope()
