"""One-time tokens that open the console of one guest: the cloud mints them, the console proxy opens them.

A token is `base64url(JSON).hexhmac`, signed with HMAC-SHA256 under the console key of the guest's host. It names the
guest and no address: where the guest's screen is, the proxy asks the hypervisor beside it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

LIFETIME = 60  # seconds to connect; an open console is not bound by it
LONGEST = 1024  # characters


class TokenRefused(Exception):
    """The token opens nothing."""


class Target(BaseModel):
    """What a token names: the guest, and until when (seconds since 1970) which use is allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vm: str
    exp: int
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Seen(Protocol):
    """The memory of tokens that were used."""

    def claim(self, nonce: str, expires: int) -> bool:
        """Remember `nonce` until `expires`; False if it was claimed before, by whomever."""
        ...


def _signature(key: bytes, body: str) -> str:
    return hmac.new(key, b"console\0" + body.encode(), hashlib.sha256).hexdigest()


def mint(key: bytes, vm: str, lifetime: int = LIFETIME, now: float | None = None) -> str:
    """A new token for the screen of `vm`."""
    issued = time.time() if now is None else now
    target = Target(vm=vm, exp=int(issued) + lifetime, nonce=secrets.token_hex(16))
    body = base64.urlsafe_b64encode(target.model_dump_json().encode()).decode().rstrip("=")
    return f"{body}.{_signature(key, body)}"


def open_token(key: bytes, token: str, seen: Seen, now: float | None = None) -> Target:
    """What the token names, once. TokenRefused if it is forged, expired or used."""
    body, _, signature = token.partition(".")
    # Compared as bytes: text with other than ASCII letters would raise.
    if len(token) > LONGEST or not hmac.compare_digest(_signature(key, body).encode(), signature.encode()):
        raise TokenRefused("not signed by the cloud")
    try:
        target = Target.model_validate_json(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValidationError) as error:
        raise TokenRefused("not a console token") from error
    if target.exp < (time.time() if now is None else now):
        raise TokenRefused("expired")
    if not seen.claim(target.nonce, target.exp):
        raise TokenRefused("used before")
    return target
