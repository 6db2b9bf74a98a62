"""The hosts' own bridge that an untagged shared network is on."""

from __future__ import annotations

from javelin.contract.errors import InvalidParameter
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.zone import Zone
from javelin.data.walk import ids_of


def uplink_of(zone: Zone, physical_network_id: str | None) -> tuple[str, str]:
    """The physical network's id, and the bridge that carries its guests' traffic. Raises InvalidParameter if none is
    named: a network must not get onto wires by guessing."""
    if physical_network_id:
        candidates = [PhysicalNetwork.require(physical_network_id)]
    else:
        candidates = [network for ids in ids_of(PhysicalNetwork) for network in PhysicalNetwork.load_all(ids)]
    for network in candidates:
        bridge = network.label("Guest")
        if network.zone_id == zone.id and bridge:
            return network.id, bridge
    raise InvalidParameter(
        f"No physical network of zone {zone.name} says which bridge of the hosts carries guests; add the traffic type"
        " Guest with kvmnetworklabel, or give physicalnetworkid."
    )
