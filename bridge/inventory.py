"""What a host holds, told piece by piece: in the end the cloud has heard of all of it, at a price that does not grow."""

from __future__ import annotations

import random
import re
from bisect import bisect_right

from bridge.host import Host
from javelin.messaging.reports import Held, Inventory

PAGE = 200  # volumes and networks in one report

OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # other names are not the cloud's

Place = tuple[str, str, str]  # kind, pool, id


class Stock:
    """Hosts that share a pool begin at different places in it, so that together they are through it sooner."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._last: Place | None = None

    def next(self) -> Inventory:
        """The next page; after the last one comes the first."""
        there = self._all()
        start = random.randrange(len(there) + 1) if self._last is None else bisect_right(there, self._last)  # noqa: S311 - spreads work
        page = there[start : start + PAGE] or there[:PAGE]
        self._last = page[-1] if page else None
        return Inventory(held=tuple(Held.model_validate(_described(place)) for place in page))

    def _all(self) -> list[Place]:
        networks = [("network", "", network) for network in self._host.network.held()]
        volumes = [("volume", pool, volume) for pool, volume in self._host.storage.volumes()]
        return [place for place in (*networks, *volumes) if OURS.fullmatch(place[-1])]


def _described(place: Place) -> dict[str, str | None]:
    kind, pool, id_ = place
    return {"kind": kind, "id": id_, "pool": pool or None}
