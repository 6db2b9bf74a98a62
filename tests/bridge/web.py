"""A small web server for the tests: what is served, what redirects, what was put."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Web:
    """Contents and redirects by path; `lies` sends no length."""

    address: str = ""
    served: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)  # of POST
    put: dict[str, bytes] = field(default_factory=dict)
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lies: bool = False

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


@contextmanager
def a_web() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            web.asked.append(self.path)
            if (to := web.redirects.get(self.path)) is not None:
                self.send_response(302)
                self.send_header("Location", to)
                self.end_headers()
                return
            content = web.served.get(self.path)
            self.send_response(404 if content is None else 200)
            if content is not None and not web.lies:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content or b"")

        def do_PUT(self) -> None:
            web.put[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            web.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if self.path in web.answers else 403)
            self.end_headers()
            self.wfile.write(web.answers.get(self.path, b'{"error": "no"}'))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
