"""From an HTTP request to the service that answers it: the busiest services directly, everything else through
ministack's router."""

import asyncio
import functools
import json
import logging
import re
from typing import Any
from uuid import uuid4

from ministack import app
from ministack.core.responses import set_request_account_id, set_request_client_ip, set_request_region
from ministack.services import dynamodb, lambda_svc, sqs, stepfunctions

from infra.local.aws import tally
from infra.local.aws.http_server import Connection, Request
from infra.local.aws.traffic import traffic

log = logging.getLogger(__name__)
CREDENTIAL = re.compile(r"Credential=([^/]+)/[^/]+/([^/]+)/")
INVOKE = re.compile(r"/2015-03-31/functions/[^/]+/invocations$")
SERVICES = {"DynamoDB_20120810": dynamodb, "AmazonSQS": sqs, "AWSStepFunctions": stepfunctions}
Scope = dict[str, Any]


@functools.lru_cache(maxsize=4096)
def caller(authorization: str) -> tuple[str, str] | None:
    """Access key and region of a signed request."""
    match = CREDENTIAL.search(authorization)
    return (match[1], match[2]) if match else None


def service_of(request: Request) -> Any:
    """The module that serves a request without ministack's router; None for all that is not so frequent."""
    if request.method != "POST" or "content-encoding" in request.fields:
        return None
    target = request.fields.get("x-amz-target")
    if target:
        return SERVICES.get(target.partition(".")[0])
    return lambda_svc if INVOKE.search(request.target) else None


async def answer_directly(service: Any, key: str, region: str, request: Request, connection: Connection) -> None:
    """Let a service answer."""
    target, asked = request.fields.get("x-amz-target", ""), request.body
    if service is dynamodb:  # whose writes and definitions are saved before they are answered
        asked = tally.tally.asking(target, asked)
    else:
        traffic.note("", request.fields.get("x-amz-target", ".Get").rpartition(".")[2])
    set_request_client_ip("127.0.0.1")
    set_request_account_id(key)
    set_request_region(region)
    try:
        status, headers, body = await service.handle_request("POST", request.path, request.fields, asked, {})
    except Exception as problem:
        log.exception("%s", request.fields.get("x-amz-target", request.target))
        status, headers, body = 500, {"Content-Type": "application/x-amz-json-1.0"}, b'{"__type":"InternalServerError"}'
        headers["x-amzn-ErrorMessage"] = type(problem).__name__
    data = body if isinstance(body, bytes) else body.encode()
    if service is dynamodb:
        tally.tally.answered(target, data)
    lines = [(name.encode(), str(value).encode()) for name, value in headers.items()]
    lines += [(b"x-amzn-RequestId", str(uuid4()).encode()), (b"Content-Length", b"%d" % len(data))]
    connection.write(status, lines, data)


def answer_tally(request: Request, connection: Connection) -> None:
    """Begin to count, end it, or say what was counted."""
    if request.method in ("POST", "DELETE"):
        (tally.tally.begin if request.method == "POST" else tally.tally.end)()
    data = json.dumps(tally.tally.counts()).encode()
    lines = [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(data))]
    connection.write(200, lines, data)


class Exchange:
    """One request of ministack's router, in the shape that it expects."""

    def __init__(self, request: Request, connection: Connection) -> None:
        self._request = request
        self._connection = connection
        self._read = False
        self._status = 200
        self._headers: list[tuple[bytes, bytes]] = []
        self._streaming = False

    async def receive(self) -> Scope:
        """Hand over the body, then wait for the client to hang up, which cancels this."""
        if self._read:
            await asyncio.Event().wait()
        self._read = True
        return {"type": "http.request", "body": self._request.body, "more_body": False}

    async def send(self, message: Scope) -> None:
        """Write the answer, whole or in chunks."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        known = any(name.lower() == b"content-length" for name, _ in self._headers)
        if not more and not self._streaming:
            if not known:
                self._headers.append((b"Content-Length", b"%d" % len(body)))
            self._connection.write(self._status, self._headers, b"" if self._request.method == "HEAD" else body)
            return
        if not self._streaming:
            self._streaming = True
            self._chunked = not known
            coding = [(b"Transfer-Encoding", b"chunked")] if self._chunked else []
            self._connection.write(self._status, self._headers + coding, b"")
        if self._chunked and body:
            body = b"%x\r\n%s\r\n" % (len(body), body)
        self._connection.transport.write(body if more or not self._chunked else body + b"0\r\n\r\n")


async def handle(request: Request, connection: Connection) -> None:
    """Answer one request."""
    if request.target == tally.ROUTE:
        answer_tally(request, connection)
        return
    authorization = request.fields.get("authorization", "")
    tally.tally.request(request.fields.get("x-amz-target", ""), authorization, request.body)
    service = service_of(request)
    signed = caller(authorization) if service is not None else None
    if service is not None and signed is not None:
        await answer_directly(service, *signed, request, connection)
        return
    path, _, query = request.target.partition("?")
    exchange = Exchange(request, connection)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": request.headers,
        "client": connection.transport.get_extra_info("peername"),
        "server": connection.transport.get_extra_info("sockname"),
    }
    await app.app(scope, exchange.receive, exchange.send)


class Lifespan:
    """Starts and stops what ministack runs beside its requests."""

    def __init__(self) -> None:
        self._asked: asyncio.Queue[Scope] = asyncio.Queue()
        self._answered: asyncio.Queue[Scope] = asyncio.Queue()
        self._task = asyncio.create_task(app.app({"type": "lifespan"}, self._asked.get, self._answered.put))

    async def tell(self, word: str) -> None:
        """Say `startup` or `shutdown` and wait until it is done."""
        await self._asked.put({"type": f"lifespan.{word}"})
        await self._answered.get()
