"""Envelopes: what an operation answered, as the JSON or XML that the contract wraps it in."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

VERSION = "4.22.0.0"
_ENTITIES = {'"': "&quot;", "'": "&apos;"}


def as_json(response_name: str, body: Any) -> str:
    """The JSON envelope."""
    return json.dumps({response_name: body}, ensure_ascii=False, separators=(",", ":"))


def as_xml(response_name: str, body: Any, *, authenticated: bool) -> str:
    """The XML envelope; the version is shown to those who have proved who they are."""
    version = f' cloud-stack-version="{VERSION}"' if authenticated else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><{response_name}{version}>{_inside(body)}</{response_name}>'


def error_body(code: int, text: str, cs_code: int | None) -> dict[str, Any]:
    """The body of an error."""
    body: dict[str, Any] = {"uuidList": [], "errorcode": code}
    if cs_code is not None:
        body["cserrorcode"] = cs_code
    return body | {"errortext": text}


def _inside(value: Any) -> str:
    if not isinstance(value, dict):
        return _text(value)
    return "".join(_element(name, item) for name, item in value.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{_inside(value)}</{name}>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value), _ENTITIES)
