"""Answer one request of a guest: metadata, user data, or its password. Nothing but the sender's address counts."""

from __future__ import annotations

import hashlib
import json
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

METADATA_PORT, PASSWORD_PORT = 80, 8080
CODE = ("metadata_http.py", "metadata_server.py", "names.py", "namespaces.py")
REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"

    def encode(self, with_body: bool = True) -> bytes:
        """The answer on the wire."""
        head = (
            f"HTTP/1.0 {self.status} {REASONS[self.status]}\r\nContent-Type: {self.kind}\r\n"
            f"Content-Length: {len(self.body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + (self.body if with_body else b"")


@dataclass(frozen=True)
class Question:
    """A request; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]


@cache
def version() -> str:
    """A digest of the service's code as this process found it; it tells a service that an upgrade left behind."""
    digest = hashlib.sha256()
    for name in CODE:
        digest.update(pkgutil.get_data("bridge.network", name) or b"")
    return digest.hexdigest()[:16]


def parse(head: bytes) -> Question | None:
    """The request in `head`, which ends with an empty line; None if it is none."""
    lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    words = lines[0].split()
    if len(words) < 2 or not words[1].startswith("/"):
        return None
    pairs = (line.partition(":") for line in lines[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Question(words[0], words[1].partition("?")[0], headers)


def _metadata(guest: Path, path: str) -> Answer:
    names = [part for part in path.split("/") if part]
    match names:
        case []:
            return Answer(200, b"latest\n")
        case ["latest"]:
            return Answer(200, b"meta-data\nuser-data\n")
        case ["latest", "user-data"]:
            file = guest / "user-data"
            return Answer(200, file.read_bytes(), "application/octet-stream") if file.exists() else Answer(404)
        case ["latest", "meta-data"]:
            values: dict[str, str] = json.loads((guest / "meta-data.json").read_bytes())
            return Answer(200, "".join(f"{name}\n" for name in values).encode())
        case ["latest", "meta-data", *rest] | ["latest", *rest]:
            values = json.loads((guest / "meta-data.json").read_bytes())
            value = values.get("/".join(rest))
            return Answer(404) if value is None else Answer(200, value.encode())
    return Answer(404)


def _password(guest: Path, request: str | None) -> Answer:
    """The password server's protocol of CloudStack: a password is given until its receipt is confirmed."""
    file = guest / "password"
    if request == "send_my_password":
        return Answer(200, file.read_bytes() if file.exists() else b"saved_password")
    if request == "saved_password":
        file.unlink(missing_ok=True)
        return Answer(200, b"saved_password")
    return Answer(200, b"bad_request")


def answer(served: Path, sender: str, port: int, head: bytes) -> bytes:
    """The answer to the request `head` that came from the address `sender` to `port`."""
    question = parse(head)
    if question is None:
        return Answer(400).encode()
    if question.method not in ("GET", "HEAD"):
        return Answer(405).encode()
    # A proxy inside a guest that forwards for strangers must not give away the guest's secrets.
    if "x-forwarded-for" in question.headers or "forwarded" in question.headers:
        return Answer(403).encode()
    guest = served / sender
    try:
        if not guest.is_dir():
            found = Answer(404)
        elif port == PASSWORD_PORT:
            found = _password(guest, question.headers.get("domu_request"))
        else:
            found = _metadata(guest, question.path)
    except FileNotFoundError:  # the guest was withdrawn meanwhile
        found = Answer(404)
    return found.encode(with_body=question.method == "GET")
