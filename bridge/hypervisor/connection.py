"""A libvirt connection that heals: keepalive, translation of errors, reconnecting when the daemon dies."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Any

import libvirt

from bridge.errors import DomainNotFound, DomainNotRunning, HostCommandFailed, HostError, TransientHostError

log = logging.getLogger(__name__)

AWAY = frozenset(
    {
        libvirt.VIR_ERR_NO_CONNECT,
        libvirt.VIR_ERR_INVALID_CONN,
        libvirt.VIR_ERR_RPC,
        libvirt.VIR_ERR_SYSTEM_ERROR,
        libvirt.VIR_ERR_OPERATION_TIMEOUT,
        libvirt.VIR_ERR_AGENT_UNRESPONSIVE,
    }
)
PASSING = (libvirt.VIR_FROM_RPC, libvirt.VIR_FROM_FIREWALL)
SILENCE = 5, 3  # a keepalive every 5 s, dead after 3 without an answer
_loop_lock = Lock()
_loop: Thread | None = None


def _run_event_loop() -> None:
    while True:
        libvirt.virEventRunDefaultImpl()


def _ensure_event_loop() -> None:
    """libvirt has one event loop per process, and it must exist before the first connection."""
    global _loop  # noqa: PLW0603 - the loop is the process's, as libvirt's is
    with _loop_lock:
        if _loop is None:
            libvirt.registerErrorHandler(lambda _context, error: log.debug("libvirt: %s", error), None)
            libvirt.virEventRegisterDefaultImpl()
            _loop = Thread(target=_run_event_loop, name="libvirt-events", daemon=True)
            _loop.start()


@contextmanager
def translated(about: str) -> Iterator[None]:
    """Raise libvirt's errors under our names."""
    try:
        yield
    except libvirt.libvirtError as error:
        raise translate(error, about) from error


def translate(error: libvirt.libvirtError, about: str) -> HostError:
    code, text = error.get_error_code(), f"{about}: {error}"
    if code == libvirt.VIR_ERR_NO_DOMAIN:
        return DomainNotFound(text)
    if code == libvirt.VIR_ERR_OPERATION_INVALID:
        return DomainNotRunning(text)
    if code in AWAY or error.get_error_domain() in PASSING:
        return TransientHostError(
            text
        )  # the daemon is away, or somebody else changed the host's firewall at this moment
    return HostCommandFailed(text)


class Connection:
    """Opens lazily, calls `prepare` on each new connection, and opens again in the background when it is lost."""

    def __init__(self, uri: str, prepare: Callable[[Any], None]) -> None:
        self._uri = uri
        self._prepare = prepare
        self._lock = Lock()
        self._connection: Any = None
        self._closed = Event()
        _ensure_event_loop()

    def get(self) -> Any:
        """The open connection. TransientHostError while the daemon is away."""
        with self._lock:
            if self._closed.is_set():
                raise TransientHostError("the bridge is stopping")
            if self._connection is None:
                with translated(self._uri):
                    connection = libvirt.open(self._uri)
                    if not self._uri.startswith("test:"):
                        connection.setKeepAlive(*SILENCE)
                    connection.registerCloseCallback(self._lost, None)
                    self._prepare(connection)
                    self._connection = connection
            return self._connection

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            if self._connection is not None:
                with translated(self._uri):
                    self._connection.unregisterCloseCallback()
                    self._connection.close()
                self._connection = None

    def _lost(self, connection: Any, reason: int, _opaque: None) -> None:
        log.warning("lost libvirt at %s (reason %d)", self._uri, reason)
        Thread(target=self._heal, args=(connection,), name="libvirt-heal", daemon=True).start()

    def _heal(self, lost: Any) -> None:
        with self._lock:
            if self._connection is not lost:
                return  # closed, or opened again already
            self._connection = None
        pause = 0.1
        while not self._closed.wait(pause):
            try:
                self.get()
            except HostError as error:
                log.info("libvirt is still away: %s", error)
                pause = min(pause * 2, 5.0)
            else:
                log.info("found libvirt at %s again", self._uri)
                return
