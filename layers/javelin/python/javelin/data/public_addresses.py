"""Public addresses: taking a free one and giving it back, in the transaction of what needs it."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from javelin.contract.errors import ApiError, InsufficientCapacity
from javelin.data import tags
from javelin.data.records.account import Account
from javelin.data.records.network import Network
from javelin.data.records.public_address import FREE_SHARDS, PublicAddress, free_shard
from javelin.data.transaction import Transaction

SAMPLE = 20  # free addresses that are looked at, so that those who look at once seldom pick the same


class AddressGone(ApiError):
    """Somebody took the address that was picked; pick another."""


def pick(zone_id: str) -> PublicAddress:
    """A free address of the zone, not taken yet. Raises InsufficientCapacity if there is none."""
    shards = list(range(FREE_SHARDS))
    random.shuffle(shards)
    for shard in shards:
        found = [row.id for row in PublicAddress.by_free.query(f"{zone_id}/{shard}", limit=SAMPLE)]
        random.shuffle(found)
        for address in PublicAddress.load_all(found):
            if address.state == "Free":
                return address
    raise InsufficientCapacity("The zone has no free public address; release one, or have an operator add a range.")


def take(
    transaction: Transaction, address: PublicAddress, account: Account, network: Network | None = None, *,
    source_nat: bool = False,
) -> None:  # fmt: skip
    """Give a free address to an account, and a network of it; the transaction raises AddressGone if it is taken."""
    changes = [
        PublicAddress.state.set("Allocated"), PublicAddress.free_shard.remove(),
        PublicAddress.account_id.set(account.id), PublicAddress.account.set(account.name),
        PublicAddress.domain_id.set(account.domain_id), PublicAddress.domain_path.set(account.domain_path),
        PublicAddress.source_nat.set(source_nat), PublicAddress.allocated.set(datetime.now(UTC)),
    ]  # fmt: skip
    if network is not None:
        changes += [PublicAddress.network_id.set(network.id), PublicAddress.network_name.set(network.name)]
    gone = AddressGone(f"Address {address.ip} was taken meanwhile; repeat the call.")
    transaction.update(address, changes, PublicAddress.state == "Free", gone)


def give_back(transaction: Transaction, address: PublicAddress) -> None:
    """Make an address free again; free already fails the transaction, so that nothing is given back twice."""
    changes = [
        PublicAddress.state.set("Free"), PublicAddress.free_shard.set(free_shard(address.zone_id, address.id)),
        PublicAddress.source_nat.set(False), PublicAddress.static_nat.set(False),
    ]  # fmt: skip
    names = (
        "account_id",
        "account",
        "domain_id",
        "domain_path",
        "network_id",
        "network_name",
        "vm_id",
        "allocated",
        "tags",
    )
    changes += [getattr(PublicAddress, name).remove() for name in names]
    changed = AddressGone(f"Address {address.ip} changed meanwhile, or is free already.")
    same = PublicAddress.tags.does_not_exist() if address.tags is None else PublicAddress.tags == address.tags
    same = same & (PublicAddress.domain_path == address.domain_path)  # for which it counts
    transaction.update(address, changes, (PublicAddress.state != "Free") & same, changed)
    tags.forget(transaction, address)
