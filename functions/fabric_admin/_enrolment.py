"""The one-time tokens that bridges enrol with: "<host id>.<secret>", of which the cloud keeps a digest for a day."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from javelin.contract.secret import Secret

LIFETIME = 24 * 3600  # seconds


@dataclass(frozen=True)
class Token:
    """A token as it is shown once; the digest and the expiry (epoch seconds) are what is kept."""

    text: Secret
    digest: str
    expires: int


def new_token(host_id: str) -> Token:
    """A token for a host."""
    text = f"{host_id}.{secrets.token_urlsafe(32)}"
    return Token(Secret(text), digest_of(text), int(time.time()) + LIFETIME)


def digest_of(text: str) -> str:
    """What is kept of a token; a token has 256 random bits, so it needs no salt."""
    return hashlib.sha256(text.encode()).hexdigest()


def command_line(endpoint: str, token: Token, driver: str) -> Secret:
    """The one command that an operator runs on the host."""
    return Secret(
        f"python3 javelin-bridge.pyz install --endpoint {endpoint.rstrip('/')}/client"
        f" --token {token.text.reveal()} --driver {driver}"
    )
