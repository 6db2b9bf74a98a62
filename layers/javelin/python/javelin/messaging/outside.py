"""Requests to places that a tenant names: which addresses may be asked, and connections to just those.

A name is resolved once; the connection goes to the address that was judged, while certificates are checked against the name.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
TRANSLATED = IPv6Network("64:ff9b::/96")  # reaches any IPv4 address through a translator


class NotPermitted(Exception):
    """The place is not one that a tenant may have asked."""


def parse(url: str) -> SplitResult:
    """Split an http(s) URL. ValueError, saying why, for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("the URL cannot be read") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise ValueError("the URL is not a plain http or https address")
    if any(ord(character) <= 0x20 or ord(character) == 0x7F for character in url):
        raise ValueError("the URL has spaces or control characters")
    return parts


def port_of(parts: SplitResult) -> int:
    """The port that the URL means."""
    return parts.port or PORTS[parts.scheme]


def target_of(parts: SplitResult) -> str:
    """What is asked of the server."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def permitted_address(host: str, port: int, allowed: Iterable[IPv4Network]) -> str:
    """Resolve once and answer one address to use. NotPermitted if any of the name's addresses is not, OSError or
    UnicodeError if it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = [str(each[4][0]) for each in found]
    ranges = tuple(allowed)
    for address in addresses:
        if not is_permitted(address, ranges):
            raise NotPermitted(f"{host} is at {address}")
    return addresses[0]


def is_permitted(text: str, allowed: Iterable[IPv4Network]) -> bool:
    """Whether an address is of the public Internet, or of a network that the operator allows."""
    address = ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            hidden = address in TRANSLATED or address.sixtofour is not None or address.teredo is not None
            return address.is_global and not address.is_multicast and not hidden
        address = address.ipv4_mapped
    if any(address in network for network in allowed):
        return True
    return address.is_global and not address.is_multicast


@contextmanager
def connection(
    parts: SplitResult,
    timeout: float,
    address: str | None = None,
    *,
    verified: bool = True,
    whole: float | None = None,
    authorities: str | None = None,
) -> Iterator[HTTPConnection]:
    """A connection to the URL's host, at `address` if given. It breaks with OSError or HTTPException.

    `timeout` is for every wait, `whole` for all of them together: a server that drips is cut off. Unless `verified`, any
    certificate will do; `authorities` are those that vouch for it, as PEM, instead of the public ones.
    """
    host = parts.hostname or ""
    http = HTTPConnection(host, port_of(parts), timeout=timeout)
    sock = socket.create_connection((address or host, port_of(parts)), timeout)
    cutter = Timer(whole, lambda: _cut(http.sock)) if whole else None
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cadata=authorities)
            if not verified:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        http.sock = sock
        http.auto_open = 0
        if cutter is not None:
            cutter.daemon = True
            cutter.start()
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        yield http
    finally:
        if cutter is not None:
            cutter.cancel()
        http.close()
        sock.close()


def _cut(sock: socket.socket | None) -> None:
    """End both directions: whoever waits for the server wakes up."""
    if sock is not None:
        try:
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            return  # it has ended
