"""What hosts hold that no record tells of: volumes in their pools, and networks. Operators are told, and it is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.stray import Stray
from javelin.data.records.volume import Volume
from javelin.messaging.events import announce, of_cloud
from javelin.messaging.reports import Held

SETTLED = 300  # seconds between two looks; what was being deleted when it was first seen is gone by then
AGAIN = 24 * 3600  # seconds until it is told again
KEEP = 7 * 24 * 3600  # seconds that it is remembered


def look(host: Host, held: Iterable[Held], at: datetime) -> None:
    """Compare what a host holds with the records; what has none at a second look is told."""
    volumes = {one.id: one for one in held if one.kind == "volume"}
    networks = {one.id: one for one in held if one.kind == "network"}
    known = {row.id for row in Volume.batch_get(list(volumes)) if row.pool_id == volumes[row.id].pool}
    known |= {row.id for row in Network.batch_get(list(networks))}
    for one in held:
        if one.id not in known and _is_news(one.id, int(at.timestamp())):
            where = f" in storage pool {one.pool}" if one.pool else ""
            said = (
                f"Host {host.name} has {one.kind} {one.id}{where}, which the cloud does not know there; look at it, and"
            )
            said += " remove it if nobody needs it."
            announce(of_cloud("HOST.ALERT", said, resource_type="Host", resource_id=host.id, level="WARN"))


def _is_news(id_: str, now: int) -> bool:
    """Keep that it was seen; whether operators are to be told."""
    stray = Stray(id_)
    stray.see(now, KEEP)
    settled = abs(now - int(stray.seen)) >= SETTLED
    due = stray.told is None or now - int(stray.told) >= AGAIN
    return settled and due and stray.tell(now)
