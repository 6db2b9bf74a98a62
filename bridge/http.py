"""HTTP requests to one address: no proxies, no redirects, no second look at the name."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bridge.errors import BadCommand, HostCommandFailed, TransientHostError

PORTS = {"http": 80, "https": 443}
MOST_JSON = 1 << 20  # bytes


def parse(url: str) -> SplitResult:
    """Split an http(s) URL. BadCommand for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadCommand("the URL cannot be read") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise BadCommand("the URL is not a plain http or https address")
    if any(ord(character) <= 0x20 or ord(character) == 0x7F for character in url):
        raise BadCommand("the URL has spaces or control characters")
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def target_of(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def connection(parts: SplitResult, timeout: float, address: str | None = None) -> Iterator[HTTPConnection]:
    """A connection to the URL's host, at `address` if given: certificates are checked against the name.

    Whatever breaks on the way is TransientHostError.
    """
    host = parts.hostname or ""
    http = HTTPConnection(host, port_of(parts), timeout=timeout)
    try:
        sock = socket.create_connection((address or host, port_of(parts)), timeout)
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        http.sock = sock
        http.auto_open = 0
        yield http
    except (OSError, HTTPException) as error:
        raise TransientHostError(f"{host}: {error}") from error
    finally:
        http.close()


def post_json(url: str, body: dict[str, Any], timeout: float = 15.0) -> dict[str, Any]:
    """POST to the cloud and answer what it says. Secrets go over TLS, or not off this machine."""
    parts = parse(url)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise BadCommand(f"{parts.hostname} is another machine: its address must be https")
    with connection(parts, timeout) as http:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        http.request("POST", target_of(parts), json.dumps(body).encode(), headers)
        answer = http.getresponse()
        content = answer.read(MOST_JSON)
    if answer.status >= 500 or answer.status == 429:
        raise TransientHostError(f"the cloud answered {answer.status}")
    if answer.status != 200:
        raise HostCommandFailed(f"the cloud answered {answer.status}: {content[:500].decode(errors='replace')}")
    try:
        said = json.loads(content)
    except ValueError as error:
        raise TransientHostError("the cloud's answer is not JSON") from error
    return dict(said)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
