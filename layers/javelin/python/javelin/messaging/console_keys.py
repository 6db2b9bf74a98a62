"""What cloud and host each derive for consoles from the host's command key, so that neither has to ask the other."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

VNC_CHARACTERS = 8  # all that VNC's authentication looks at


def console_key(command_key: bytes) -> bytes:
    """The 32 bytes that sign the console tokens of one host."""
    return _derived(command_key, b"javelin console key")


def vnc_password(command_key: bytes, vm: str) -> str:
    """The password of one guest's VNC display on one host."""
    return urlsafe_b64encode(_derived(command_key, b"javelin vnc " + vm.encode())).decode()[:VNC_CHARACTERS]


def _derived(command_key: bytes, purpose: bytes) -> bytes:
    return hmac.new(command_key, purpose, hashlib.sha256).digest()
