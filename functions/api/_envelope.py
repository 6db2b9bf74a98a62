"""Envelopes: what an operation answered, as the JSON or XML that the contract wraps it in."""

from __future__ import annotations

import functools
import json
import re
from typing import Any
from xml.sax.saxutils import escape

VERSION = "4.22.0.0"
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in no document, escaped or not
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]|^(?![A-Za-z_])")  # keys of details are their owners' words
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
    tag = _tag(name)
    return f"<{tag}>{_inside(value)}</{tag}>"


@functools.lru_cache(maxsize=4096)
def _tag(name: str) -> str:
    return _NO_NAME.sub("_", name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_NO_XML.sub("\ufffd", str(value)), _ENTITIES)
