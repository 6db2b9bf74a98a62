"""How this machine's own programs reach the embedded AWS."""

import time
import urllib.error
import urllib.request
from typing import Final

CREDENTIALS: Final = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


class NotReadyError(TimeoutError):
    """The embedded AWS did not answer in time."""


def is_ready(endpoint: str) -> bool:
    """Say whether the embedded AWS answers at `endpoint`."""
    if not endpoint.startswith("http://"):
        raise ValueError(f"the embedded AWS speaks plain HTTP on loopback: {endpoint}")
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2) as response:  # noqa: S310  checked above
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(endpoint: str, timeout: float = 30) -> None:
    """Return as soon as the embedded AWS serves; raise NotReadyError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not is_ready(endpoint):
        if time.monotonic() > deadline:
            raise NotReadyError(f"no embedded AWS at {endpoint} after {timeout:g} seconds")
        time.sleep(0.1)
