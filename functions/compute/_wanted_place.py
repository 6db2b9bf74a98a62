"""Where an admin wants a guest to run: on one host, or on any of a cluster or pod."""

from __future__ import annotations

from typing import Any

from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.grants import Grant
from javelin.data.fetch import fetch
from javelin.data.records.affinity_place import AffinityPlace
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.pod import Pod

READ_PLACES: tuple[Grant, ...] = (Host.read, Cluster.read, Pod.read, AffinityPlace.read)
KINDS: dict[str, type[Host | Cluster | Pod]] = {"hostid": Host, "clusterid": Cluster, "podid": Pod}
WantedPlace = dict[str, str | None]  # the machine's attributes


def wanted_place(request: Any, caller: Caller, zone_id: str) -> WantedPlace:
    """What the request's hostid, clusterid and podid make of the machine's attributes.

    Raises PermissionDenied for those who may not choose, InvalidParameter for what is not in the zone.
    """
    given = {name: str(getattr(request, name)) for name in KINDS if getattr(request, name)}
    if given and caller.role_type not in OPERATORS:
        raise PermissionDenied(f"Only admins choose where a guest runs; leave {' and '.join(given)} out.")
    found = fetch((KINDS[name], key) for name, key in given.items())
    for name, key in given.items():
        place = found.require(KINDS[name], key)
        if place.zone_id != zone_id:
            raise InvalidParameter(
                f"{name} names {place.name}, which is in another zone; choose one in the guest's zone."
            )
    return {f"wanted_{name.removesuffix('id')}_id": given.get(name) for name in KINDS}
