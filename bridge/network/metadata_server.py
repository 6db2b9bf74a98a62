"""The metadata service of all routers of a host: one process that listens inside every router's namespace.

`python -m bridge.network.metadata_server --state DIR --control SOCKET` detaches itself once it listens. It needs the
bridge only to hear of changes, by a line on the control socket: `scan`, `scan <network id>` or `stop`. It answers
`ok <version>`, or why it cannot serve the network that was named.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bridge.network.metadata_http import METADATA_PORT, PASSWORD_PORT, answer, version
from bridge.network.names import LAN, names_of
from bridge.network.namespaces import identity, inside, listener

EVERY_ADDRESS = ""  # of the router's `lan`, to which a listener is bound
HEAD_LIMIT = 8192  # bytes of a request
PATIENCE = 10.0  # seconds for a whole request
CONNECTIONS = 256  # at once per network, so that one network's guests cannot starve another's


@dataclass
class Listening:
    """The service of one network."""

    namespace: int
    served: Path
    open: int = 0
    servers: list[asyncio.Server] = field(default_factory=list)

    async def start(self, namespace: str) -> None:
        """Listen inside the router's namespace."""
        for port in (METADATA_PORT, PASSWORD_PORT):
            inner = inside(namespace, partial(listener, EVERY_ADDRESS, port, LAN))
            self.servers.append(await asyncio.start_server(self._connected(port), sock=inner, limit=HEAD_LIMIT))

    def stop(self) -> None:
        """Listen no more."""
        for server in self.servers:
            server.close()

    def _connected(self, port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(port, reader, writer)

        return serve

    async def _serve(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            if self.open <= CONNECTIONS:
                async with asyncio.timeout(PATIENCE):
                    head = await reader.readuntil(b"\n\r\n")
                    writer.write(answer(self.served, writer.get_extra_info("peername")[0], port, head))
                    await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, TimeoutError):
            writer.transport.abort()  # a guest that does not finish its request gets no answer
        finally:
            self.open -= 1
            writer.close()


class MetadataServer:
    """Follows the networks that have a router on this host."""

    def __init__(self, state: Path) -> None:
        self._state, self._version = state, version()
        self._networks: dict[str, Listening] = {}
        self._stopped = asyncio.Event()

    async def scan(self) -> dict[str, OSError]:
        """Listen in every router's namespace that is there, and nowhere else; answer what failed, by network."""
        wanted, failures = {}, {}
        for file in (self._state / "networks").glob("*/network.json"):
            namespace = identity(names_of(file.parent.name).namespace)
            if namespace is not None:
                wanted[file.parent.name] = namespace
        for network, listening in list(self._networks.items()):
            if wanted.get(network) != listening.namespace:
                self._networks.pop(network).stop()
        for network, namespace in wanted.items():
            if network not in self._networks:
                listening = Listening(namespace, self._state / "networks" / network / "served")
                self._networks[network] = listening
                try:
                    await listening.start(names_of(network).namespace)
                except OSError as error:
                    self._networks.pop(network).stop()
                    failures[network] = error
        return failures

    async def _control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        word, _, network = (await reader.readline()).decode().strip().partition(" ")
        failure = None
        if word == "scan":
            failure = (await self.scan()).get(network)
        elif word == "stop":
            for listening in self._networks.values():
                listening.stop()
            self._stopped.set()
        writer.write(f"{failure or f'ok {self._version}'}\n".encode())
        await writer.drain()
        writer.close()

    async def run(self, control: socket.socket) -> None:
        """Serve until told to stop."""
        server = await asyncio.start_unix_server(self._control, sock=control)
        await self._stopped.wait()
        server.close()


def control_listener(path: Path) -> socket.socket:
    """The control socket, in place of one that a dead server left."""
    path.unlink(missing_ok=True)
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    control.bind(str(path))
    path.chmod(0o600)
    control.listen(16)
    return control


def _detach() -> None:
    """Go on as a process without parent, terminal or session; the caller's process ends with success."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def main() -> None:
    """Listen, detach, serve."""
    parser = argparse.ArgumentParser(prog="python -m bridge.network.metadata_server", description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--control", type=Path, required=True)
    parser.add_argument("--foreground", action="store_true")
    options = parser.parse_args()
    control = control_listener(options.control)
    if not options.foreground:
        _detach()
    asyncio.run(MetadataServer(options.state).run(control))


if __name__ == "__main__":
    main()
