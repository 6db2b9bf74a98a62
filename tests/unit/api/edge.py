"""The edge in this process: real HTTP routing by Chalice, operations called directly instead of through Lambda."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from chalice.test import Client

from javelin.contract.operation import Operation
from tests.cloud import Context, handlers
from tests.permissions import watch

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def invoke(function: str, payload: dict[str, Any]) -> Any:
    """Run the operation of this function as Lambda would: JSON in, JSON out."""
    watch.asked("lambda", "Invoke", {"FunctionName": function})
    operations: dict[str, Operation[Any]] = {names(one): one for one in handlers().values()}
    return json.loads(json.dumps(operations[function](json.loads(json.dumps(payload)), Context())))


def names(operation: Operation[Any]) -> str:
    """The function's name from the module's."""
    from javelin.discovery.names import function

    _, component, name = operation.module.split(".")
    return function(component, name)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, Any]
    text: str

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        body: dict[str, Any] = json.loads(self.text)
        return body

    @property
    def xml(self) -> Element:
        """The body as XML."""
        return parse_xml(self.text)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that the answer sets."""
        given = self.headers.get("Set-Cookie") or []
        jar = SimpleCookie()
        for line in [given] if isinstance(given, str) else given:
            jar.load(line)
        return {name: morsel.value for name, morsel in jar.items()}


@dataclass
class Edge:
    """A client of the edge that can sign as the administrator."""

    client: Client
    api_key: str
    secret: str

    def get(self, parameters: dict[str, str], cookies: dict[str, str] | None = None) -> Answer:
        """GET with these parameters as they are."""
        return self._answer(self.client.http.get(f"/client/api?{urlencode(parameters)}", headers=_cookies(cookies)))

    def post(self, parameters: dict[str, str], cookies: dict[str, str] | None = None) -> Answer:
        """POST a form."""
        headers = FORM | _cookies(cookies)
        return self._answer(self.client.http.post("/client/api", headers=headers, body=urlencode(parameters).encode()))

    def signed(self, command: str, **parameters: str) -> dict[str, str]:
        """Parameters with the administrator's signature."""
        plain = {"command": command, "response": "json", "apiKey": self.api_key, **parameters}
        return {**plain, "signature": sign(plain, self.secret)}

    def call(self, command: str, **parameters: str) -> Answer:
        """A signed GET."""
        return self.get(self.signed(command, **parameters))

    def _answer(self, response: Any) -> Answer:
        headers = {name.title(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.body.decode())


def sign(parameters: dict[str, str], secret: str) -> str:
    """The contract's signature, written once more."""
    text = "&".join(f"{name}={quote(parameters[name], safe='*')}" for name in sorted(parameters)).lower()
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def parse_xml(text: str) -> Element:
    """The root element of XML that the code under test wrote."""
    return ElementTree.fromstring(text)  # noqa: S314 - nobody else wrote it


def _cookies(cookies: dict[str, str] | None) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
