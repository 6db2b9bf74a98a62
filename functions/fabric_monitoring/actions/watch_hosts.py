"""Every minute: hosts that are silent for a minute are Disconnected, for five they are Down, and operators are told."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.sequence import Sequence
from javelin.data.walk import ids_of
from javelin.messaging.consumers import Schedule, consumer
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

SILENT = 60  # seconds
LOST = 300  # seconds


def watch(event: dict[str, Any]) -> dict[str, int]:
    """Look at every host that enrolled; answers how many became Disconnected and Down."""
    now = time.time()
    became = {"Disconnected": 0, "Down": 0}
    for ids in ids_of(Host):
        if not ids:
            continue
        silent = {status.host_id: now - int(status.seen) for status in HostStatus.batch_get(ids)}
        for host in Host.load_all(key for key, seconds in silent.items() if seconds > SILENT):
            state = "Down" if silent[host.id] > LOST else "Disconnected"
            if _lose(host, state):
                became[state] += 1
    return became


def _lose(host: Host, state: str) -> bool:
    """Write the state if it is news: Up may become either, Disconnected may become Down."""
    if host.state not in ("Up", "Disconnected") or host.state == state:
        return False
    changes = [Host.state.set(state)]
    if host.state == "Up":
        changes.append(Host.disconnected.set(datetime.now(UTC)))
    if not host.change(*changes, when=Host.state == host.state):
        return False
    kind, words = ("HOST.DOWN", "is down") if state == "Down" else ("HOST.DISCONNECT", "is disconnected")
    said = f"Host {host.name} {words}: its bridge has not been heard of; look at the host and its network."
    level: Any = "ERROR" if state == "Down" else "WARN"
    announce(of_cloud(kind, said, resource_type="Host", resource_id=host.id, level=level))
    return True


handler = consumer(
    watch, Schedule("rate(1 minute)"), grants=[Host.write, HostStatus.read, Sequence.read, *ANNOUNCE], timeout=60
)
