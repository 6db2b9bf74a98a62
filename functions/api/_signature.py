"""Request signatures, as CloudStack makes them: HMAC-SHA1 over the sorted, encoded, lower-cased parameters."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from javelin.contract.errors import Unauthorized

REFUSAL = "unable to verify user credentials and/or request signature"
_FORMATS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z")


def signature_of(parameters: Mapping[str, str], secret: str, *, tilde: str = "%7e") -> bytes:
    """The signature in base64. Java encodes `~`, Python clients leave it: `tilde` says which to compute."""
    pieces = [
        f"{name}={quote(value, safe='*').replace('~', tilde)}"
        for name, value in sorted(parameters.items())
        if name.lower() != "signature"
    ]
    digest = hmac.new(secret.encode(), "&".join(pieces).lower().encode(), hashlib.sha1).digest()
    return base64.b64encode(digest)


def verify(parameters: Mapping[str, str], given: str, secret: str) -> None:
    """Raise Unauthorized unless the signature is that of the parameters. Takes the same time for right and wrong."""
    offered = given.encode()
    as_java = hmac.compare_digest(signature_of(parameters, secret), offered)
    as_python = hmac.compare_digest(signature_of(parameters, secret, tilde="~"), offered)
    if not (as_java or as_python):
        raise Unauthorized(REFUSAL)


def expiry_of(parameters: Mapping[str, str]) -> datetime | None:
    """When the request ends to be good: None if it does not say signatureVersion=3. Raises Unauthorized if it does, but
    its `expires` is absent or unreadable."""
    plain = {name.lower(): value for name, value in parameters.items()}
    if plain.get("signatureversion") != "3":
        return None
    for pattern in _FORMATS:
        try:
            return datetime.strptime(plain.get("expires", ""), pattern).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise Unauthorized(REFUSAL)
