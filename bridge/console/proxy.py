"""Serve noVNC's files, and join a browser's WebSocket with the screen of the guest that its token names."""

from __future__ import annotations

import io
import json
import logging
import posixpath
import socket
import ssl
from http.server import HTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from websockify.websocketproxy import ProxyRequestHandler

from bridge.console.used_tokens import UsedTokens
from bridge.errors import HostError
from javelin.messaging.console_tokens import TokenRefused, open_token
from javelin.messaging.host_commands import ConsoleAddress

LOG = logging.getLogger(__name__)
PAGES = ("/vnc.html", "/app/", "/core/", "/vendor/")  # of noVNC, what a browser needs
CONNECT_PATIENCE = 5.0  # seconds for the guest's listener
REQUEST_PATIENCE = 15.0  # seconds between a browser's bytes until it has opened its WebSocket
PING_INTERVAL = 30  # seconds; a browser that is gone is noticed
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Screens(Protocol):
    """What the proxy needs of a hypervisor driver."""

    def console(self, domain: str) -> ConsoleAddress:
        """Where the display of a running guest of this host listens. Raises HostError."""
        ...

    def close(self) -> None:
        """Let go of the hypervisor."""
        ...


class ConsoleServer(ThreadingMixIn, HTTPServer):
    """Listens for browsers; every connection is a thread, and at most `sessions` of them show a screen."""

    daemon_threads = True
    # Read by websockify's handler.
    token_plugin = auth_plugin = None
    heartbeat = PING_INTERVAL

    def __init__(
        self, listen: tuple[str, int], key: bytes, used: UsedTokens, screens: Screens, novnc: Path, sessions: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.key, self.used, self.screens, self.novnc = key, used, screens, novnc
        self.sessions = BoundedSemaphore(sessions)
        super().__init__(listen, ConsoleHandler)
        if tls:
            # The handshake happens in the connection's own thread, where a silent client blocks nobody.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def server_close(self) -> None:
        """Listen no more."""
        super().server_close()
        self.screens.close()

    def handle_error(self, _request: object, client_address: object) -> None:
        """A browser that goes away must not look like a fault of ours, yet leave its trace."""
        LOG.info("connection from %s ended", client_address, exc_info=True)


class ConsoleHandler(ProxyRequestHandler):  # type: ignore[misc]  # websockify has no types
    """One browser. Its target belongs to this object: a shared one could show a guest to a stranger."""

    server: ConsoleServer
    server_version, sys_version = "console", ""
    timeout = REQUEST_PATIENCE

    def setup(self) -> None:
        """Look for files in noVNC's folder only."""
        super().setup()
        self.directory = str(self.server.novnc)
        self._upstream: socket.socket | None = None

    def send_head(self) -> io.BytesIO | None:
        """Answer the head of a file of noVNC or of our health, and the content that follows it."""
        path = posixpath.normpath(unquote(urlsplit(self.path).path))
        if path == "/health":
            return self._send_health()
        if path.startswith(PAGES):
            content: io.BytesIO | None = super().send_head()
            return content
        self.send_error(404)
        return None

    def list_directory(self, _path: str) -> None:
        """Folders are nobody's business."""
        self.send_error(404)

    def end_headers(self) -> None:
        """Every answer carries the browser's orders."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def handle_upgrade(self) -> None:
        """Open the token, reach the guest, then become a WebSocket."""
        url = urlsplit(self.path)
        if url.path != "/websockify":
            self.send_error(404)
            return
        try:
            guest = open_token(self.server.key, parse_qs(url.query).get("token", [""])[0], self.server.used).vm
        except TokenRefused as refused:
            LOG.warning("token refused from %s: %s", self.client_address[0], refused)
            self.send_error(403, "this console link is not valid any more")
            return
        if not self.server.sessions.acquire(blocking=False):
            self.send_error(503, "too many consoles are open")
            return
        try:
            self._show(guest)
        finally:
            self.server.sessions.release()

    def _show(self, guest: str) -> None:
        try:
            screen = self.server.screens.console(guest)
            upstream = socket.create_connection((screen.address, screen.port), CONNECT_PATIENCE)
        except (HostError, OSError) as error:
            LOG.warning("console of %s does not answer: %s", guest, error)
            self.send_error(502, "the guest's console does not answer")
            return
        with upstream:
            upstream.settimeout(None)
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection.settimeout(None)
            self._upstream = upstream
            LOG.info("console of %s opened by %s", guest, self.client_address[0])
            super().handle_upgrade()
            LOG.info("console of %s closed by %s", guest, self.client_address[0])

    def new_websocket_client(self) -> None:
        """Carry bytes both ways until one side ends."""
        self.do_proxy(self._upstream)

    def _send_health(self) -> io.BytesIO:
        body = json.dumps({"service": "console", "status": "up"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *_arguments: object) -> None:
        """Nothing: websockify's lines hold tokens."""
