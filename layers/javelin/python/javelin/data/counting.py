"""What others are in, or are made with, counts them, in the write that puts them there or takes them out: none is deleted while
something comes in.
"""

from __future__ import annotations

from javelin.data.record import When
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.pod import Pod
from javelin.data.records.user_data import UserData
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction

Place = (
    type[Zone] | type[Pod] | type[Cluster] | type[Host] | type[PhysicalNetwork] | type[NetworkOffering] | type[UserData]
)


def enter(transaction: Transaction, place: Place, key: str) -> None:
    """Count one more in the place; the transaction fails if the place is gone."""
    transaction.update(place(key), [place.inside.add(1)], place.id.exists(), place.unknown(key))


def leave(transaction: Transaction, place: Place, key: str) -> None:
    """Count one less in the place."""
    transaction.update(place(key), [place.inside.add(-1)], place.id.exists())


def leave_if_there(transaction: Transaction, place: Place, key: str) -> None:
    """The same where the place may be gone, as it may for what was made before places counted."""
    if place.find(key) is not None:
        leave(transaction, place, key)


def holds(place: Place, most: int = 0) -> When:
    """That the place is there, with no more than this in it. What was there before places counted is not counted."""
    there: When = place.id.exists() & (place.inside.does_not_exist() | (place.inside <= most))
    return there
