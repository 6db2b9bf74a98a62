"""The local cloud's one address: forwards the public routes to API Gateway of the embedded AWS, and nothing else.

What a caller sends can not reach the AWS behind it: the path is one of ours, headers are from a short list, and a query
that carries AWS credentials is refused.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
from urllib.parse import unquote_plus

import h11

from infra.local.front_pool import UpstreamBroken, Upstreams

MOST_BODY = 4 * 2**20  # bytes
MOST_HEAD = 64 * 2**10
IDLE = 75.0  # seconds a connection may wait for its next request
PATIENCE = 40.0  # seconds for the upstream; API Gateway itself gives up after 30
PREFIX = "/_aws/execute-api/javelin/$default"
ROUTES = {
    "/client/api": {"GET", "POST"},
    "/client/health": {"GET"},
    "/client/bridge/enrol": {"POST"},
    "/client/bridge/credentials": {"POST"},
}
PAGES = re.compile(r"/client/(?:trace|console)(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
FORWARDED = frozenset({
    b"accept", b"accept-language", b"content-length", b"content-type", b"cookie", b"idempotency-key", b"origin",
    b"referer", b"user-agent",
})  # fmt: skip
HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"server"})


class Refused(Exception):
    """The request goes no further."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def target_of(method: str, target: str) -> str:
    """Where a request goes behind the front. Raises Refused."""
    path, _, query = target.partition("?")
    methods = ROUTES.get(path) or ({"GET", "POST"} if PAGES.fullmatch(path) else None)
    if methods is None:
        raise Refused(404, "The API is at /client/api.")
    if method not in methods:
        raise Refused(405, f"Send {' or '.join(sorted(methods))} here.")
    for part in query.split("&"):
        name = unquote_plus(part.partition("=")[0]).strip().lower()
        if name.startswith("x-amz-") or name == "awsaccesskeyid":
            raise Refused(400, f"The parameter {name[:40]} is not taken here.")
    return f"{PREFIX}{target}"


class Front:
    """Serves connections, each request over a kept connection to the upstream."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection, until it ends."""
        client = _Client(reader, writer)
        try:
            while await self._request(client):
                client.http.start_next_cycle()
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.IncompleteReadError):
            pass  # the client is gone or speaks no HTTP: nobody is left to be told
        except asyncio.CancelledError:
            pass  # the front is being stopped; asyncio's streams would report each connection as a failure
        finally:
            writer.close()

    async def _request(self, client: _Client) -> bool:
        """One request; False when the connection ends."""
        try:
            async with asyncio.timeout(IDLE):
                request = await client.event()
        except h11.RemoteProtocolError as error:
            if client.http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                await client.refuse(Refused(error.error_status_hint, "This is not HTTP as it should be."))
            return False
        if not isinstance(request, h11.Request):
            return False
        try:
            onward = self._onward(request)
            if client.http.they_are_waiting_for_100_continue:
                await client.send(h11.InformationalResponse(status_code=100, headers=[]))
            body = await client.body()
            async with asyncio.timeout(PATIENCE):
                await self._upstreams.exchange(onward, body, client.relay)
        except Refused as refused:
            await client.refuse(refused)
        except (UpstreamBroken, TimeoutError) as error:
            if client.answered:
                return False
            status = 504 if isinstance(error, TimeoutError) else 502
            await client.refuse(Refused(status, "The cloud does not answer; see make run."))
        return client.http.our_state is h11.DONE and client.http.their_state is h11.DONE

    def _onward(self, request: h11.Request) -> h11.Request:
        target = target_of(request.method.decode(), request.target.decode("ascii", "replace"))
        headers = [(name, value) for name, value in request.headers if name in FORWARDED and name != b"content-length"]
        length = next((value for name, value in request.headers if name == b"content-length"), b"0")
        if int(length) > MOST_BODY:
            raise Refused(413, f"A body may have {MOST_BODY} bytes.")
        return h11.Request(method=request.method, target=target, headers=[(b"host", self._upstreams.host), *headers])


class _Client:
    """The client's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
        self._reader, self._writer = reader, writer
        self.answered = False

    async def event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        """The next thing that the client says."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self._reader.read(2**16))
        self.answered = False
        return event

    async def body(self) -> bytes:
        """The whole body of the request; it has at most 4 MiB."""
        whole = bytearray()
        async with asyncio.timeout(IDLE):
            while isinstance(part := await self.event(), h11.Data):
                whole += part.data
                if len(whole) > MOST_BODY:
                    raise Refused(413, f"A body may have {MOST_BODY} bytes.")
        return bytes(whole)

    async def send(self, event: h11.Event) -> None:
        """Say something to the client."""
        data = self.http.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def relay(self, event: h11.Event) -> None:
        """Pass on what the upstream says."""
        if isinstance(event, h11.Response):
            headers = [(name, value) for name, value in event.headers if name not in HOP_BY_HOP]
            event = h11.Response(status_code=event.status_code, reason=event.reason, headers=headers)
            self.answered = True
        await self.send(event)

    async def refuse(self, refused: Refused) -> None:
        """Answer instead of the upstream, and end the connection: the request may not have been read to its end."""
        text = f"{refused.reason}\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode()),
            (b"connection", b"close"),
        ]  # fmt: skip
        await self.send(h11.Response(status_code=refused.status, headers=headers))
        await self.send(h11.Data(data=text))
        await self.send(h11.EndOfMessage())


async def run(port: int, upstream: int) -> None:
    """Serve on loopback until a signal comes."""
    upstreams = Upstreams(upstream)
    server = await asyncio.start_server(Front(upstreams).serve, "127.0.0.1", port, backlog=512)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()
    upstreams.close()


def main() -> None:
    """`python -m infra.local.front --port 8080 --upstream 4566`."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.front", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", type=int, required=True, help="the port of the embedded AWS")
    options = parser.parse_args()
    asyncio.run(run(options.port, options.upstream))


if __name__ == "__main__":
    main()
