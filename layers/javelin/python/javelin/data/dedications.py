"""Whom hosts are for, as dedications of them and of what they are in say."""

from __future__ import annotations

from javelin.contract.errors import PermissionDenied
from javelin.contract.grants import Grant
from javelin.data.record import Record
from javelin.data.records.dedication import Dedication
from javelin.data.records.host import Host

TELL_HOSTS: tuple[Grant, ...] = (Dedication.read, Host.write)
ATTEMPTS = 5


def around(place: Record) -> list[str]:
    """The ids of what a place is in, the largest first."""
    return [str(getattr(place, name)) for name in ("zone_id", "pod_id", "cluster_id") if getattr(place, name, None)]


def owners_of(host: Host) -> list[str] | None:
    """Whom the host, and what it is in, are for; None for everybody."""
    return [one.owner for one in Dedication.load_all((*around(host), host.id))] or None


def tell_hosts(zone_id: str) -> None:
    """Have the zone's hosts carry whom they are for. A repeat changes nothing more."""
    for key in [row.id for row in Host.by_zone.query(zone_id)]:
        for _ in range(ATTEMPTS):
            host = Host.find(key)
            if host is None:
                break
            before, wanted = host.dedicated_to, owners_of(host)
            same = Host.dedicated_to.does_not_exist() if before is None else Host.dedicated_to == before
            change = Host.dedicated_to.remove() if wanted is None else Host.dedicated_to.set(wanted)
            if before == wanted or host.change(change, when=same & Host.id.exists()):
                break
        else:
            raise PermissionDenied("Hosts are dedicated by several at once; repeat the call.")
