"""Segments' numbers: each network that is not on the hosts' own bridge has one that no other has."""

from __future__ import annotations

import secrets

from javelin.contract.errors import ApiError, InvalidParameter
from javelin.data.records.network import Network
from javelin.data.transaction import Transaction

FIRST, LAST = 4096, 2**24 - 1  # above what VLANs could be taken for
ATTEMPTS = 16


class SegmentTaken(ApiError):
    """Somebody took the number that was picked; pick another."""


def take_any(transaction: Transaction, network: Network) -> None:
    """Give the network a number that is picked at random; the transaction fails with SegmentTaken if it is taken."""
    network.vni = FIRST + secrets.randbelow(LAST - FIRST + 1)
    transaction.claim(Network.vni_claim(int(network.vni)), network.id, SegmentTaken(f"VNI {network.vni} is taken."))


def take(transaction: Transaction, network: Network, vni: int) -> None:
    """Give the network this number."""
    if not 1 <= vni <= LAST:
        raise InvalidParameter(f"A segment's number is from 1 to {LAST}, not {vni}.")
    network.vni = vni
    taken = InvalidParameter(f"Segment {vni} belongs to another network; choose another number.")
    transaction.claim(Network.vni_claim(vni), network.id, taken)
