"""Finding the physical network that has a traffic type or a provider, and what is on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.grants import Grant
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, matching
from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.vlan_range import VlanRange
from javelin.data.walk import ids_of

LOOK_INTO: tuple[Grant, ...] = (Network.read, VlanRange.read, *READ_LISTS)
BRIDGE = re.compile(r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$")


def check_label(label: str | None) -> None:
    """Raise InvalidParameter for what is not the name of a bridge."""
    if label is not None and not BRIDGE.match(label):
        raise InvalidParameter("kvmnetworklabel is not the name of a bridge: at most 15 letters, digits and . _ -")


def network_with_traffic(key: str) -> PhysicalNetwork:
    """The physical network that carries this traffic type. Raises InvalidParameter."""
    for network in _all():
        if any(row["id"] == key for row in network.traffic_types):
            return network
    raise InvalidParameter(f"Unable to find traffic type with id {key}; list them to see which there are.")


def network_with_provider(key: str) -> PhysicalNetwork:
    """The physical network that has this provider. Raises InvalidParameter."""
    for network in _all():
        if any(row["id"] == key for row in network.providers):
            return network
    raise InvalidParameter(f"Unable to find network service provider with id {key}; list them to see which there are.")


def refuse_networks(network: PhysicalNetwork, doing: str) -> None:
    """Raise ResourceInUse while guests' networks are on it."""
    if matching(Network, Filters().equal("physical_network_id", network.id)):
        raise ResourceInUse(f"Networks are on physical network {network.name}; delete them before {doing}.")


def refuse_ranges(network: PhysicalNetwork, doing: str) -> None:
    """Raise ResourceInUse while it carries public addresses."""
    ranges = [one for ids in ids_of(VlanRange) for one in VlanRange.load_all(ids)]
    found = [f"{one.start_ip}-{one.end_ip}" for one in ranges if one.physical_network_id == network.id]
    if found:
        raise ResourceInUse(
            f"Physical network {network.name} carries {', '.join(found[:10])}; delete them before {doing}."
        )


def _all() -> Iterator[PhysicalNetwork]:
    for ids in ids_of(PhysicalNetwork):
        yield from PhysicalNetwork.load_all(ids)
