"""A small HTTP/1.1 server for loopback: keep-alive, bodies by length or in chunks, and a request ends when its client
hangs up.

The general server that ministack comes with costs more per request than ministack does, and lets a long poll go on,
and take a message, after its client died.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

log = logging.getLogger(__name__)
LARGEST_HEAD = 64 * 1024
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REASONS = {status.value: status.phrase for status in HTTPStatus}


class BadRequestError(ValueError):
    """The client does not speak HTTP/1.1 as this server does."""


@dataclass(slots=True)
class Request:
    """One request, whole."""

    method: str
    target: str
    version: str
    headers: list[tuple[bytes, bytes]]
    fields: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The decoded path, without the query."""
        return unquote(self.target.partition("?")[0])


@dataclass(slots=True)
class Head:
    """The part of a request before its body."""

    method: str
    target: str
    version: str
    headers: list[tuple[bytes, bytes]]
    fields: dict[str, str]

    @property
    def length(self) -> int:
        """Bytes of the body; -1 when it comes in chunks."""
        if "chunked" in self.fields.get("transfer-encoding", "").lower():
            return -1
        text = self.fields.get("content-length", "0")
        if not text.isdigit():
            raise BadRequestError("Content-Length is no number")
        return int(text)


def parse_head(data: bytes) -> Head:
    """Read request line and headers."""
    lines = data.split(b"\r\n")
    parts = lines[0].decode("latin-1").split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestError("not an HTTP/1.1 request line")
    headers, fields = list[tuple[bytes, bytes]](), dict[str, str]()
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon:
            raise BadRequestError("a header without a colon")
        key, text = name.strip().lower(), value.strip()
        headers.append((key, text))
        word = key.decode("latin-1")
        joined = f"{fields[word]}, {text.decode('latin-1')}" if word in fields else text.decode("latin-1")
        fields[word] = joined
    return Head(parts[0], parts[1], parts[2], headers, fields)


def unchunk(data: bytearray) -> tuple[bytes, int] | None:
    """Decode a chunked body; return it and the bytes that it took, or None while it is incomplete."""
    body, at = bytearray(), 0
    while True:
        line = data.find(b"\r\n", at)
        if line < 0:
            return None
        size = int(bytes(data[at:line]).partition(b";")[0], 16)
        start = line + 2
        if size == 0:
            end = data.find(b"\r\n", start) if data[start : start + 2] == b"\r\n" else data.find(b"\r\n\r\n", start) + 2
            return (bytes(body), end + 2) if end >= start else None
        if len(data) < start + size + 2:
            return None
        body += data[start : start + size]
        at = start + size + 2


class Connection(asyncio.Protocol):
    """One client: its requests are served one after the other."""

    def __init__(self, handle: "Handler", open_connections: "set[Connection]") -> None:
        self._handle = handle
        self._all = open_connections
        self._buffer = bytearray()
        self._head: Head | None = None
        self._task: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection up."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: nothing may be handed to it any more."""
        del exc
        self._all.discard(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Collect, and serve when a request is whole."""
        self._buffer += data
        if self._task is None:
            self._serve_next()

    @property
    def busy(self) -> bool:
        """Whether a request is being served."""
        return self._task is not None

    def write(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Answer whole; the length is added."""
        parts = [b"HTTP/1.1 %d %s\r\n" % (status, REASONS.get(status, "").encode())]
        parts += [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join([*parts, b"\r\n", body]))

    def _serve_next(self) -> None:
        try:
            request = self._take()
        except ValueError as problem:
            text = str(problem).encode()
            self.write(400, [(b"Content-Length", b"%d" % len(text)), (b"Connection", b"close")], text)
            self.transport.close()
            return
        if request is not None:
            self._task = asyncio.get_running_loop().create_task(self._serve(request))

    def _take(self) -> Request | None:
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > LARGEST_HEAD:
                    raise BadRequestError("the headers are too long")
                return None
            self._head = parse_head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            if self._head.fields.get("expect", "").lower() == "100-continue" and self._head.length:
                self.transport.write(CONTINUE)
        head, length = self._head, self._head.length
        if length < 0:
            chunks = unchunk(self._buffer)
            if chunks is None:
                return None
            body, taken = chunks
        elif len(self._buffer) < length:
            return None
        else:
            body, taken = bytes(self._buffer[:length]), length
        del self._buffer[:taken]
        self._head = None
        return Request(head.method, head.target, head.version, head.headers, head.fields, body)

    async def _serve(self, request: Request) -> None:
        try:
            await self._handle(request, self)
        except asyncio.CancelledError:
            return
        except Exception:
            log.exception("%s %s", request.method, request.target)
            self.transport.close()
            return
        self._task = None
        if request.fields.get("connection", "").lower() == "close" or request.version == "HTTP/1.0":
            self.transport.close()
        elif self._buffer:
            self._serve_next()


Handler = Callable[[Request, Connection], Awaitable[None]]


async def serve(port: int, handle: Handler, stop: asyncio.Event) -> None:
    """Serve loopback until `stop` is set, then let requests under way finish for a moment."""
    connections: set[Connection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(handle, connections), "127.0.0.1", port, backlog=1024)
    async with server:
        await stop.wait()
        server.close()
        for _ in range(10):
            if not any(connection.busy for connection in connections):
                break
            await asyncio.sleep(0.05)
        for connection in list(connections):
            connection.transport.close()
