"""Rates: how many calls an account may make in a stretch of time, counted over all workers.

A worker counts in memory and adds a share of the limit at a time to the common count, so that counting costs a write for
every fiftieth part of the limit instead of one for every call. Workers may together let pass a share each above the limit.
One that refuses looks at the common count once a second, so that an account that may call again does so within that time.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from javelin.data.records.call_count import CallCount

SHARES = 50  # of the limit: what a worker counts before it tells the others
MOST_ACCOUNTS = 10_000  # that a worker remembers


@dataclass
class _Stretch:
    number: int
    known: int = 0  # calls of all workers, when they were last added up
    untold: int = 0
    looked: int = 0  # when the common count was last looked at because a call was refused


class Rates:
    """What one worker knows of the accounts that call through it."""

    def __init__(self) -> None:
        self._stretches: dict[str, _Stretch] = {}
        self._lock = threading.Lock()

    def take(self, account_id: str, most: int, seconds: int) -> int:
        """Count a call; answers 0 if the account may make it, else in how many seconds it may call again."""
        now = int(time.time())
        number = now // seconds
        with self._lock:
            stretch = self._stretch(account_id, number)
            if stretch.known + stretch.untold >= most and stretch.looked != now:
                stretch.known, stretch.looked = CallCount.known(_key(account_id, number)), now
            if stretch.known + stretch.untold >= most:
                return (number + 1) * seconds - now
            stretch.untold += 1
            if stretch.untold >= max(1, most // SHARES):
                counted = CallCount(_key(account_id, number), expires=(number + 2) * seconds)
                stretch.known, stretch.untold = counted.add(stretch.untold), 0
            return 0 if stretch.known <= most else (number + 1) * seconds - now

    def _stretch(self, account_id: str, number: int) -> _Stretch:
        found = self._stretches.get(account_id)
        if found is None or found.number != number:
            if len(self._stretches) >= MOST_ACCOUNTS:
                self._stretches.clear()
            found = self._stretches[account_id] = _Stretch(number)
        return found


def standing(account_id: str, seconds: int) -> tuple[int, int]:
    """The calls of this stretch that are told of, and in how many seconds the next one begins."""
    now = int(time.time())
    number = now // seconds
    return CallCount.known(_key(account_id, number)), (number + 1) * seconds - now


def forget(account_id: str, seconds: int) -> None:
    """Let the calls of this stretch count for nothing."""
    CallCount(_key(account_id, int(time.time()) // seconds), expires=0).delete()


def _key(account_id: str, number: int) -> str:
    return f"{account_id}/{number}"
