"""Kept connections from the front to the embedded AWS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import h11

MOST_IDLE = 64

Relay = Callable[[h11.Event], Awaitable[None]]


class UpstreamBroken(Exception):
    """The upstream does not answer, or broke off."""


class Upstreams:
    """Connections to one port of this machine; those that are free are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[_Upstream] = []

    @property
    def host(self) -> bytes:
        """What the upstream is called in requests."""
        return f"127.0.0.1:{self._port}".encode()

    async def exchange(self, request: h11.Request, body: bytes, relay: Relay) -> None:
        """Send one request and relay its answer. Raises UpstreamBroken; what was relayed stays relayed."""
        upstream = await self._connection()
        try:
            await upstream.exchange(request, body, relay)
        except (OSError, h11.ProtocolError) as error:
            upstream.close()
            raise UpstreamBroken(str(error)) from error
        except BaseException:
            upstream.close()
            raise
        if upstream.reusable() and len(self._free) < MOST_IDLE:
            self._free.append(upstream)
        else:
            upstream.close()

    def close(self) -> None:
        """End what is kept."""
        while self._free:
            self._free.pop().close()

    async def _connection(self) -> _Upstream:
        while self._free:
            kept = self._free.pop()
            if not kept.gone():
                return kept
            kept.close()
        try:
            return _Upstream(*await asyncio.open_connection("127.0.0.1", self._port))
        except OSError as error:
            raise UpstreamBroken(str(error)) from error


class _Upstream:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=2**17)
        self._reader, self._writer = reader, writer

    async def exchange(self, request: h11.Request, body: bytes, relay: Relay) -> None:
        headers = [*request.headers]
        if body or request.method == b"POST":
            headers.append((b"content-length", str(len(body)).encode()))
        sent = [h11.Request(method=request.method, target=request.target, headers=headers), h11.Data(data=body)]
        data = b"".join(self._http.send(event) or b"" for event in (*sent, h11.EndOfMessage()))
        self._writer.write(data)
        await self._writer.drain()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(2**16))
                continue
            if isinstance(event, h11.Response | h11.Data | h11.EndOfMessage):
                await relay(event)
            if isinstance(event, h11.EndOfMessage):
                return
            if isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("closed before it answered")

    def reusable(self) -> bool:
        """Whether it can take another request."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    def gone(self) -> bool:
        return self._reader.at_eof() or self._writer.is_closing()

    def close(self) -> None:
        self._writer.close()
