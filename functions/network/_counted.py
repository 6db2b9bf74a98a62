"""A network is counted by the offering that it is made with and by the wires that it is on: neither is deleted under it.

The offerings that the cloud came with are not counted: nobody can delete them, and every new network would write the one item.
"""

from __future__ import annotations

from javelin.contract.grants import Grant
from javelin.data.counting import enter, leave, leave_if_there
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction

COUNT_NETWORKS: tuple[Grant, ...] = (NetworkOffering.write, PhysicalNetwork.write)


def count(transaction: Transaction, network: Network, offering: NetworkOffering) -> None:
    """Count a network that the transaction makes, which fails if what it needs is gone."""
    if not offering.is_default:
        enter(transaction, NetworkOffering, offering.id)
    if network.physical_network_id:
        enter(transaction, PhysicalNetwork, network.physical_network_id)


def discount(transaction: Transaction, network: Network) -> None:
    """Count a network no longer that the transaction deletes."""
    offering = NetworkOffering.find(network.offering_id)
    if offering is not None and not offering.is_default:
        leave(transaction, NetworkOffering, offering.id)
    if network.physical_network_id:
        leave_if_there(transaction, PhysicalNetwork, network.physical_network_id)
