"""Work in order per resource, over a bounded pool of threads."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

log = logging.getLogger(__name__)
Work = Callable[[], None]


class Lanes:
    """One lane per resource: its works run one after the other, lanes run beside each other.

    At most `workers` run and at most `room` are taken in at a time.
    """

    def __init__(self, workers: int, room: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="command")
        self._waiting: dict[str, deque[Work]] = {}
        self._changed = Condition()
        self._free = room

    def submit(self, resource: str, work: Work) -> None:
        """Run `work` after everything that was submitted for `resource` before."""
        with self._changed:
            self._free -= 1
            lane = self._waiting.get(resource)
            if lane is not None:
                lane.append(work)
                return
            self._waiting[resource] = deque([work])
        self._pool.submit(self._drain, resource)

    def wait_for_room(self, seconds: float) -> int:
        """Wait until more works may come, and say how many; 0 if it took too long."""
        with self._changed:
            self._changed.wait_for(lambda: self._free > 0, seconds)
            return max(0, self._free)

    def close(self) -> None:
        """Let what runs end, drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _drain(self, resource: str) -> None:
        """One work, then the rest of the lane behind what other lanes have waiting."""
        with self._changed:
            work = self._waiting[resource][0]
        try:
            work()
        except Exception:
            log.exception("a work of lane %s failed", resource)
        with self._changed:
            lane = self._waiting[resource]
            lane.popleft()
            self._free += 1
            self._changed.notify_all()
            if not lane:
                del self._waiting[resource]
                return
        self._pool.submit(self._drain, resource)
