"""Passwords: kept as salted scrypt hashes; checking one takes the same time whether the user exists or not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from javelin.contract.secret import Secret

_COST, _BLOCK, _LANES = 14, 8, 5  # 2**14 rounds of 16 MiB, five times over
_MEMORY = 64 * 2**20
_NOBODYS = secrets.token_bytes(16)


def hash_password(password: Secret) -> Secret:
    """The hash to keep: algorithm, costs, salt and digest, joined by `$`."""
    salt = secrets.token_bytes(16)
    digest = _digest(password, salt, _COST, _BLOCK, _LANES)
    return Secret(f"scrypt${_COST}${_BLOCK}${_LANES}${_text(salt)}${_text(digest)}")


def password_matches(password: Secret, kept: Secret | None) -> bool:
    """Whether the password is the one that was hashed. `kept` of None (no user, no password) costs as much, in vain."""
    if kept is None:
        _digest(password, _NOBODYS, _COST, _BLOCK, _LANES)
        return False
    _, cost, block, lanes, salt, wanted = kept.reveal().split("$")
    given = _digest(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(given, base64.b64decode(wanted))


def _digest(password: Secret, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(password.reveal().encode(), salt=salt, n=2**cost, r=block, p=lanes, maxmem=_MEMORY, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
