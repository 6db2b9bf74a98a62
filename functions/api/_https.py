"""JSON from a provider: over TLS alone, from an address that was judged, bounded in time and size, without redirects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from javelin.data import login_settings, settings
from javelin.messaging import outside

MOST = 256 * 1024  # bytes of an answer
SECONDS = 5  # for every wait
WHOLE = 8  # seconds for all of an answer
FORM = "application/x-www-form-urlencoded"


class Unreachable(Exception):
    """The provider does not answer, or nothing that could be understood."""


def fetch(url: str, authorities: str | None, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The object that a GET answers, or a POST of a form. Raises Unreachable."""
    try:
        parts = outside.parse(url)
        if parts.scheme != "https":
            raise Unreachable("the address is not https")
        allowed = settings.networks(login_settings.OAUTH_SITES)
        address = outside.permitted_address(parts.hostname or "", outside.port_of(parts), allowed)
        headers = {"Accept": "application/json"} | ({"Content-Type": FORM} if form else {})
        body = urlencode(form).encode() if form else None
        with outside.connection(parts, SECONDS, address, whole=WHOLE, authorities=authorities) as http:
            http.request("POST" if form else "GET", outside.target_of(parts), body, headers)
            answer = http.getresponse()
            text = answer.read(MOST + 1)
        if answer.status != 200 or len(text) > MOST:
            raise Unreachable(f"it answered {answer.status}, {len(text)} bytes")
        found = json.loads(text)
    except outside.NotPermitted:
        raise Unreachable("it is at an address inside") from None
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise Unreachable(type(error).__name__) from None
    if not isinstance(found, dict):
        raise Unreachable("it answered no object")
    return found
