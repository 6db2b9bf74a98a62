"""Attempts: how often somebody may try to prove something, counted over all workers before the proof is looked at.

Whoever tries takes an attempt first, so that tries at the same time are no more than tries one after the other.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from javelin.contract import explaining
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.grants import Grant
from javelin.data.records.call_count import CallCount

COUNT_ATTEMPTS: Grant = CallCount.write


@dataclass(frozen=True)
class Attempts:
    """The attempts at one thing, of which `most` may be made in each stretch of `seconds`."""

    what: str
    most: int
    seconds: int

    def take(self) -> int:
        """Count an attempt; answers how many are left. Raises PermissionDenied if none was, and nothing is to be looked at.

        An explanation would count nothing, so that there is none of what is guarded by attempts.
        """
        if explaining.picture() is not None:
            raise InvalidParameter("What asks for a proof cannot be explained; make the call itself.")
        count = self._count()
        if not count.take(self.most):
            wait = self._ends() - int(time.time())
            raise PermissionDenied(f"There were too many wrong attempts; try again in {max(wait, 1)} seconds.")
        return self.most - int(count.calls)

    def give_back(self) -> None:
        """It was right: do not count it."""
        self._count().add(-1)

    def forget(self) -> None:
        """It was right: what was wrong before does not count any more."""
        self._count().delete()

    def _count(self) -> CallCount:
        key = hashlib.sha256(self.what.encode()).hexdigest()  # names are as long as their senders like
        return CallCount(f"attempts/{key}/{int(time.time()) // self.seconds}", expires=self._ends() + self.seconds)

    def _ends(self) -> int:
        return (int(time.time()) // self.seconds + 1) * self.seconds


def login_of(domain_id: str | None, username: str) -> str:
    """What wrong passwords of a name are counted under, whether there is such a user or not."""
    return f"login/{domain_id or '-'}/{username.lower()}"
