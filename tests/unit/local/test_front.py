"""The front: what it lets through, and what it does not."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from infra.local.front import MOST_BODY, PREFIX, Refused, target_of
from tests.unit.local.ports import free_port, wait_until_open


class Upstream(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        seen = f"{self.command} {self.path} {length} {sorted(name.lower() for name in self.headers)}".encode()
        self.rfile.read(length)
        self.send_response(200)
        self.send_header("Content-Length", str(len(seen)))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(seen)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def front() -> Iterator[int]:
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    upstream.daemon_threads = True
    Thread(target=upstream.serve_forever, daemon=True).start()
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "infra.local.front", "--port", str(port), "--upstream", str(upstream.server_port)]
    )
    wait_until_open(port)
    yield port
    program.terminate()
    assert program.wait(10) == 0
    upstream.shutdown()
    upstream.server_close()


@pytest.fixture
def connection(front: int) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection("127.0.0.1", front, timeout=20)
    yield opened
    opened.close()


@pytest.mark.parametrize("path", ["/client/trace/abc/def", "/client/console/abc.js", "/client/api?command=listZones"])
def test_public_routes_are_forwarded(path: str) -> None:
    assert target_of("GET", path) == f"{PREFIX}{path}"


@pytest.mark.parametrize(
    "path",
    ["/", "/client", "/client/api/", "/client/../_ministack/health", "/client/console/../api", "/client/console/%2e%2e",
     "/_aws/execute-api/javelin/$default/client/api", "/client/trace/a//b", "/javelin-images-000000000000-us-east-1/x"],
)  # fmt: skip
def test_nothing_else_is(path: str) -> None:
    with pytest.raises(Refused) as refused:
        target_of("GET", path)
    assert refused.value.status == 404


@pytest.mark.parametrize("name", ["X-Amz-Credential", "x-amz-signature", "X%2dAmz-Algorithm", "+AWSAccessKeyId"])
def test_credentials_for_the_aws_behind_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="not taken here"):
        target_of("GET", f"/client/api?command=listZones&{name}=1")


def test_a_presigned_address_as_a_value_is_no_credential() -> None:
    assert target_of("GET", "/client/api?url=http%3A%2F%2Fa%2F%3Fb%26X-Amz-Credential%3Dc")


def test_methods_are_those_of_the_route() -> None:
    with pytest.raises(Refused) as refused:
        target_of("GET", "/client/bridge/enrol")
    assert refused.value.status == 405


def test_headers_and_cookies(connection: http.client.HTTPConnection) -> None:
    sent = {"X-Amz-Target": "DynamoDB_20120810.Scan", "Authorization": "AWS4-HMAC-SHA256 …".encode(), "Cookie": "a=1",
            "X-Forwarded-For": "1.2.3.4", "Accept": "application/json"}  # fmt: skip
    connection.request("GET", "/client/api?command=x", headers=sent)
    answer = connection.getresponse()
    assert answer.read() == f"GET {PREFIX}/client/api?command=x 0 ['accept', 'cookie', 'host']".encode()
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    for size in (0, 1, 70_000, MOST_BODY):
        connection.request("POST", "/client/api", body=b"x" * size)
        answer = connection.getresponse()
        assert answer.read().split()[2] == str(size).encode()
        assert answer.status == 200


def test_a_chunked_body_arrives_whole(connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/client/api", body=iter([b"ab", b"cde"]), encode_chunked=True)
    assert connection.getresponse().read().split()[2] == b"5"


def test_large_bodies_are_refused_before_they_are_read(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("POST", "/client/api")
    connection.putheader("Content-Length", str(MOST_BODY + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413


def test_what_is_not_http_is_refused(connection: http.client.HTTPConnection) -> None:
    connection.connect()
    connection.send(b"\x16\x03\x01 hello\r\n\r\n")
    assert connection.sock.recv(20).startswith(b"HTTP/1.1 400")


def test_without_the_aws_it_says_so(front: int) -> None:
    port = free_port()
    program = subprocess.Popen([sys.executable, "-m", "infra.local.front", "--port", str(port), "--upstream", "1"])
    wait_until_open(port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/client/health")
    assert connection.getresponse().status == 502
    connection.close()
    program.terminate()
    program.wait(10)


def test_it_stops_in_silence_with_connections_open() -> None:
    port = free_port()
    command = [sys.executable, "-m", "infra.local.front", "--port", str(port), "--upstream", str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
        wait_until_open(port)
        waiting = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        waiting.request("GET", "/")
        assert waiting.getresponse().read()
        idle = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        idle.connect()
        program.terminate()
        said, _ = program.communicate(timeout=20)
        idle.close()
        waiting.close()
    assert (program.returncode, said) == (0, b"")
