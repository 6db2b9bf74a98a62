"""Who sent a report: proved by the key that the host's bridge enrolled with."""

from __future__ import annotations

import base64
import binascii
import functools
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from javelin.data.records.host_key import HostKey
from javelin.messaging.reports import Report

KEY_LIFETIME = 300  # seconds that a worker keeps a host's key; a revocation takes effect within them


def authentic(report: Report) -> bool:
    """Whether the host's own bridge signed the report."""
    public = _public_key(report.host, int(time.time() // KEY_LIFETIME))
    if public is None:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(base64.b64decode(report.signature, validate=True), report.signed_bytes())
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _public_key(host: str, period: int) -> bytes | None:
    try:
        return _known_key(host, period)
    except HostKey.DoesNotExist:
        return None


@functools.lru_cache(maxsize=4096)
def _known_key(host: str, period: int) -> bytes:
    """The key of a host. Raises DoesNotExist, which is not remembered, for one without."""
    key = HostKey.get(host)
    if key.public_key is None or int(key.revoked or 0):
        raise HostKey.DoesNotExist
    return bytes(key.public_key)
