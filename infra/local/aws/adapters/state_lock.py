"""One server per state directory.

AWS: state has one owner. ministack: two servers on one state directory overwrite each other's files. Here the second
one refuses.
"""

import fcntl
import os

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
_held: list[int] = []


class StateInUse(SystemExit):
    """Another server owns this state directory."""


def apply(settings: Settings) -> None:
    """Take the lock for the life of this process; the kernel lets it go however the process ends."""
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(settings.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StateInUse(f"{settings.state} is in use by another embedded AWS") from None
    _held.append(descriptor)
