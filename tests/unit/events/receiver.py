"""Somebody who is told of events: a web server that keeps what was posted to it and answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Json = dict[str, Any]


@dataclass
class Receiver:
    """`posted` are headers and bodies, in order; `status` and `says` are what it answers, `drips` without an end."""

    url: str = ""
    status: int = 200
    says: str = "thanks"
    to: str = ""  # where it redirects
    drips: bool = False
    posted: list[tuple[dict[str, str], str]] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def told(self) -> list[Json]:
        """The bodies."""
        return [json.loads(body) for _, body in self.posted]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """On this machine, while it is needed."""
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            here.posted.append((dict(self.headers.items()), body))
            if here.drips:
                with suppress(OSError):  # it was cut off
                    while not here.over.wait(0.05):
                        self.wfile.write(b"H")
                return
            self.send_response(here.status)
            if here.to:
                self.send_header("Location", here.to)
            self.end_headers()
            self.wfile.write(here.says.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield here
    finally:
        here.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
