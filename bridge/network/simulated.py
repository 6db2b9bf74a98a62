"""A network driver that only remembers: for scale tests and demonstrations."""

from __future__ import annotations

import hashlib
from threading import Lock

from javelin.messaging.host_commands import ApplyNetwork, Guest, Segment


class SimulatedNetwork:
    """Segments, routers and guests in memory; `restore` has nothing to do."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.segments: dict[str, Segment] = {}
        self.routers: dict[str, ApplyNetwork] = {}
        self.guests: dict[str, dict[str, Guest]] = {}

    def ensure_segment(self, segment: Segment) -> str:
        with self._lock:
            known = self.segments.get(segment.network)
            if known is None or known.revision <= segment.revision:
                self.segments[segment.network] = segment
        return segment.uplink or "jb" + hashlib.sha256(segment.network.encode()).hexdigest()[:10]

    def update_segment(self, segment: Segment) -> None:
        self.ensure_segment(segment)

    def release_unused_segment(self, network: str) -> bool:
        with self._lock:
            if network in self.routers:
                return False
            self.segments.pop(network, None)
            return True

    def apply(self, command: ApplyNetwork) -> None:
        network = command.segment.network
        self.ensure_segment(command.segment)
        with self._lock:
            self.routers[network] = command.model_copy(update={"guests": (), "gone": ()})
            guests = {} if command.complete else self.guests.setdefault(network, {})
            for nic in command.gone:
                guests.pop(nic, None)
            guests.update({guest.nic: guest for guest in command.guests})
            self.guests[network] = guests

    def remove(self, network: str) -> None:
        with self._lock:
            self.routers.pop(network, None)
            self.guests.pop(network, None)
            self.segments.pop(network, None)

    def remove_router(self, network: str) -> None:
        with self._lock:
            self.routers.pop(network, None)
            self.guests.pop(network, None)

    def restore(self) -> None:
        """Nothing outlives the process."""

    def held(self) -> list[str]:
        with self._lock:
            return sorted(self.segments.keys() | self.routers.keys())

    def networks(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self.routers)
