"""Every minute: hosts that are silent for a minute are Disconnected, for five they are Down, and operators are told."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from javelin.contract.errors import ConcurrentOperation
from javelin.contract.grants import Grant
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of
from javelin.messaging.consumers import Schedule, consumer
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

SILENT = 60  # seconds
LOST = 300  # seconds
ASSURE = Grant(("dynamodb:ConditionCheckItem",), HostStatus.read.resources)


def watch(event: dict[str, Any]) -> dict[str, int]:
    """Look at every host that enrolled; answers how many became Disconnected and Down."""
    now = time.time()
    became = {"Disconnected": 0, "Down": 0}
    for ids in ids_of(Host):
        if not ids:
            continue
        seen = {status.host_id: int(status.seen) for status in HostStatus.batch_get(ids)}
        for host in Host.load_all(key for key, moment in seen.items() if now - moment > SILENT):
            state = "Down" if now - seen[host.id] > LOST else "Disconnected"
            if lose(host, state, seen[host.id]):
                became[state] += 1
    return became


def lose(host: Host, state: str, seen: int) -> bool:
    """Write the state if it is news: Up may become either, Disconnected may become Down.

    False, unchanged, if the host was heard of after `seen`, or if its record changed meanwhile.
    """
    if host.state not in ("Up", "Disconnected") or host.state == state:
        return False
    changes = [Host.state.set(state)]
    if host.state == "Up":
        changes.append(Host.disconnected.set(datetime.now(UTC)))
    transaction, spoke = Transaction(), ConcurrentOperation(f"Host {host.name} was heard of.")
    transaction.check(HostStatus, host.id, HostStatus.seen == seen, spoke)
    transaction.update(host, changes, Host.state == host.state, spoke)
    try:
        transaction.commit()
    except ConcurrentOperation:
        return False
    kind, words = ("HOST.DOWN", "is down") if state == "Down" else ("HOST.DISCONNECT", "is disconnected")
    said = f"Host {host.name} {words}: its bridge has not been heard of; look at the host and its network."
    level: Any = "ERROR" if state == "Down" else "WARN"
    announce(of_cloud(kind, said, resource_type="Host", resource_id=host.id, level=level))
    return True


handler = consumer(
    watch,
    Schedule("rate(1 minute)"),
    grants=[Host.write, HostStatus.read, ASSURE, Sequence.read, *ANNOUNCE],
    timeout=60,
)
