"""HTTP requests to one address: no proxies, no redirects, no second look at the name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult

from bridge.errors import BadCommand, HostCommandFailed, TransientHostError
from javelin.messaging import outside
from javelin.messaging.outside import port_of, target_of

__all__ = ["connection", "parse", "port_of", "post_json", "target_of"]

MOST_JSON = 1 << 20  # bytes


def parse(url: str) -> SplitResult:
    """Split an http(s) URL. BadCommand for anything else."""
    try:
        return outside.parse(url)
    except ValueError as error:
        raise BadCommand(str(error)) from error


@contextmanager
def connection(parts: SplitResult, timeout: float, address: str | None = None) -> Iterator[HTTPConnection]:
    """A connection to the URL's host, at `address` if given: certificates are checked against the name.

    Whatever breaks on the way is TransientHostError.
    """
    try:
        with outside.connection(parts, timeout, address) as http:
            yield http
    except (OSError, HTTPException) as error:
        raise TransientHostError(f"{parts.hostname}: {error}") from error


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
