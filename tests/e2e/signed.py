"""Requests of the CloudStack API as bytes on the wire: signed by the contract's rules, written apart from the edge's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import requests
from requests.structures import CaseInsensitiveDict

PATIENCE = 60  # seconds for one answer


@dataclass(frozen=True)
class Key:
    """An API key and its secret."""

    key: str
    secret: str


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: CaseInsensitiveDict[str]
    text: str
    cookies: dict[str, str]

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        body: dict[str, Any] = json.loads(self.text)
        return body

    @property
    def inside(self) -> dict[str, Any]:
        """What the one key of the body holds."""
        (inside,) = self.json.values()
        assert isinstance(inside, dict)
        return inside

    @property
    def envelope(self) -> str:
        """The one key of the body."""
        (name,) = self.json
        return name

    @property
    def xml(self) -> Element:
        """The body as XML."""
        return ElementTree.fromstring(self.text)  # noqa: S314 - our own cloud wrote it


@dataclass(frozen=True)
class Client:
    """Sends what it is told to, also what no good client would."""

    endpoint: str
    key: Key | None = None

    def call(self, command: str, **parameters: Any) -> Answer:
        """A signed GET for JSON; names take `__` for brackets: details__0__cpu=1 is details[0].cpu=1."""
        return self.get(self.signed(command, **parameters))

    def signed(self, command: str, **parameters: Any) -> dict[str, str]:
        """The parameters of a request, with its signature."""
        assert self.key is not None
        plain = {"command": command, "response": "json", "apiKey": self.key.key}
        plain |= {_wire_name(name): str(value) for name, value in parameters.items()}
        return {**plain, "signature": signature(plain, self.key.secret)}

    def get(self, parameters: dict[str, str], cookies: dict[str, str] | None = None) -> Answer:
        """GET, with these parameters as they are."""
        return self.send("GET", f"{self.endpoint}?{urlencode(parameters)}", cookies=cookies)

    def post(
        self, parameters: dict[str, str], cookies: dict[str, str] | None = None, query: dict[str, str] | None = None
    ) -> Answer:
        """POST a form, with more parameters in the address if wanted."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        target = f"{self.endpoint}?{urlencode(query)}" if query else self.endpoint
        return self.send("POST", target, urlencode(parameters).encode(), headers, cookies)

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
    ) -> Answer:
        """Anything at all."""
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between this machine and itself
            answer = session.request(method, url, data=body, headers=headers, cookies=cookies, timeout=PATIENCE)
            answer.encoding = "utf-8"
            cookies_set = {name: str(value) for name, value in answer.cookies.items()}
            return Answer(answer.status_code, answer.headers, answer.text, cookies_set)


def signature(parameters: dict[str, str], secret: str) -> str:
    """HMAC-SHA1 over the sorted, encoded, lower-cased parameters."""
    text = "&".join(f"{name}={quote(parameters[name], safe='*')}" for name in sorted(parameters)).lower()
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _wire_name(name: str) -> str:
    parts = name.split("__")
    return parts[0] if len(parts) == 1 else f"{parts[0]}[{parts[1]}]" + (f".{parts[2]}" if len(parts) > 2 else "")
