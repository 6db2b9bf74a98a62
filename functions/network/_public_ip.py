"""The public address of a network's router, behind which its guests go out."""

from __future__ import annotations

from javelin.contract.errors import ApiError, InsufficientCapacity
from javelin.data import limits
from javelin.data.public_addresses import AddressGone, give_back, pick, take
from javelin.data.records.account import Account
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.vlan_range import VlanRange
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of
from javelin.observability.log import logger

ATTEMPTS = 8
WAY_OUT = ("public_ip_id", "public_ip", "public_netmask", "public_gateway", "public_bridge")


class HasOne(ApiError):
    """Somebody gave the network an address meanwhile, or it is being deleted."""


def take_source_nat(network: Network) -> None:
    """Give the network's router a public address if its offering says so and it has none.

    In a zone without public addresses the network works without a way out. Where they are all taken it does so too, and
    says that it must be restarted once there are free ones.
    """
    if not network.source_nat or network.public_ip_id:
        return
    for _ in range(ATTEMPTS):
        try:
            address = pick(network.zone_id)
        except InsufficientCapacity:
            lacking = _zone_has_ranges(network.zone_id)
            logger("network").info("no public address", network=network.id, exhausted=lacking)
            network.change(Network.restart_required.set(lacking))
            return
        if address.bridge is None:
            logger("network").info("the public range names no bridge", network=network.id, range=address.range_id)
            return
        try:
            _take(network, address)
        except AddressGone:
            continue
        except HasOne:
            pass  # what the record says now is what counts
        network.refresh(consistent_read=True)
        return
    raise InsufficientCapacity("Public addresses are taken faster than they can be found; repeat the call.")


def _take(network: Network, address: PublicAddress) -> None:
    transaction = Transaction()
    account = Account.require(network.account_id)
    take(transaction, address, account, network, source_nat=True)
    limits.use(transaction, account, public_ip=1)
    changes = [
        Network.public_ip_id.set(address.id), Network.public_ip.set(address.ip),
        Network.public_netmask.set(address.netmask), Network.public_gateway.set(address.gateway),
        Network.public_bridge.set(address.bridge), Network.restart_required.set(False),
    ]  # fmt: skip
    none_yet = Network.public_ip_id.does_not_exist() & (Network.state != "Destroy")
    transaction.update(network, changes, none_yet, HasOne(f"Network {network.name} has an address."))
    transaction.commit()


def give_back_all(network: Network) -> None:
    """Free every public address of the network, which has no way out from then on. A repeat finds none."""
    ids = {row.id for row in PublicAddress.by_network.query(network.id)} | set(filter(None, [network.public_ip_id]))
    for address in PublicAddress.load_all(sorted(ids)):
        if address.network_id != network.id or address.account_id is None:
            continue
        transaction = Transaction()
        give_back(transaction, address)
        if address.id == network.public_ip_id:
            transaction.update(
                network, [getattr(Network, name).remove() for name in WAY_OUT], Network.public_ip_id == address.id
            )
        limits.give_back(transaction, address, public_ip=1)
        transaction.commit()


def _zone_has_ranges(zone_id: str) -> bool:
    return any(row.zone_id == zone_id for ids in ids_of(VlanRange) for row in VlanRange.load_all(ids))
