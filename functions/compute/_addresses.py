"""Addresses of guests: what the caller wishes, and taking a free one in the transaction that makes the guest."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Any
from uuid import UUID

from javelin.contract.errors import ApiError, InsufficientCapacity, InvalidParameter, NetworkRuleConflict
from javelin.data.ids import new_id
from javelin.data.records.address import Address
from javelin.data.records.claim import Claim
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction

SMALL = 1024  # networks up to this size are looked through when they fill up


class AddressTaken(ApiError):
    """Somebody took the address that was picked; pick another."""


@dataclass(frozen=True)
class Wish:
    """A network to be in, and the address and MAC wished for, if any."""

    network_id: str
    ip: str | None
    mac: str | None


def wishes(networks: list[str], rows: list[dict[str, str]], ip: str | None, mac: str | None) -> list[Wish]:
    """The networks in order, the default one first, from either form in which the contract gives them."""
    if networks and rows:
        raise InvalidParameter("Give networkids or iptonetworklist, not both.")
    if rows:
        found = [Wish(_network_id(row), row.get("ip") or None, _mac(row.get("mac"))) for row in rows]
    else:
        found = [Wish(key, None, None) for key in dict.fromkeys(networks)]
    if found and (ip or mac) and not rows:
        found[0] = Wish(found[0].network_id, ip, _mac(mac))
    if len({wish.network_id for wish in found}) != len(found):
        raise InvalidParameter("A network is named twice; a guest has one NIC in a network.")
    return found


def _network_id(row: dict[str, str]) -> str:
    try:
        return str(UUID(row.get("networkid", "")))
    except ValueError:
        raise InvalidParameter("Every row of iptonetworklist needs a networkid, as listNetworks shows it.") from None


def connect(
    transaction: Transaction, machine: VirtualMachine, wish: Wish, network: Network, *, default: bool
) -> dict[str, Any]:
    """Take an address in the network with the transaction; answers the NIC as the guest's record keeps it."""
    ip = _wished(network, wish.ip) if wish.ip else _free(network)
    taken: ApiError = AddressTaken(f"{ip} is taken.")
    if wish.ip:
        taken = NetworkRuleConflict(f"Address {ip} of network {network.name} is taken; wish for another, or for none.")
    nic_id = new_id()
    address = Address(network.id, str(ip), nic_id=nic_id, vm_id=machine.id, account_id=machine.account_id)
    transaction.create(address, taken)
    gone = InvalidParameter(f"Network {network.name} is being deleted; choose another.")
    transaction.update(network, [Network.nics.add(1)], Network.state != "Destroy", gone)
    name_taken = InvalidParameter(
        f"There is a guest {machine.name} in network {network.name} already; choose another name."
    )
    transaction.claim(name_claim(network.id, machine.name), machine.id, name_taken)
    kind = {"ipaddress": wish.ip} if wish.ip else {"free": True}
    transaction.explain(
        lambda would: would.add("addresses", {"network": network.name, "networkid": network.id, **kind})
    )
    return {
        "id": nic_id, "networkid": network.id, "networkname": network.name, "type": network.type,
        "macaddress": wish.mac or _new_mac(), "ipaddress": str(ip), "gateway": network.gateway,
        "netmask": network.netmask, "cidr": network.cidr, "isdefault": default,
        "vni": int(network.vni) if network.vni else None,
    }  # fmt: skip


def disconnect(transaction: Transaction, machine: VirtualMachine) -> None:
    """Give back the guest's addresses and names with the transaction."""
    for nic in machine.nics:
        transaction.delete(Address(nic["networkid"], nic["ipaddress"]))
        transaction.delete(Claim(name_claim(nic["networkid"], machine.name)))
        transaction.update(Network(nic["networkid"]), [Network.nics.add(-1)])


def name_claim(network_id: str, name: str) -> str:
    """What makes a guest's name unique in a network."""
    return f"guest/{network_id}/{name}".lower()


def _range(network: Network) -> tuple[int, int]:
    whole = IPv4Network(network.cidr)
    first = IPv4Address(network.start_ip) if network.start_ip else whole[1]
    last = IPv4Address(network.end_ip) if network.end_ip else whole[-2]
    return int(first), int(last)


def _wished(network: Network, text: str) -> IPv4Address:
    try:
        ip = IPv4Address(text)
    except AddressValueError:
        raise InvalidParameter(f"{text} is no IPv4 address.") from None
    first, last = _range(network)
    if not first <= int(ip) <= last or str(ip) == network.gateway:
        raise InvalidParameter(
            f"{ip} cannot be had: guests of network {network.name} have {IPv4Address(first)} to {IPv4Address(last)}."
        )
    return ip


def _free(network: Network) -> IPv4Address:
    first, last = _range(network)
    size = last - first + 1
    gateway = int(IPv4Address(network.gateway))
    full = InsufficientCapacity(f"Network {network.name} has no free address; delete guests, or use a larger network.")
    if int(network.nics) >= size:
        raise full
    if size <= SMALL and int(network.nics) >= size // 2:
        used = {int(IPv4Address(row.ip)) for row in Address.query(network.id, consistent_read=True)} | {gateway}
        free = [number for number in range(first, last + 1) if number not in used]
        if not free:
            raise full
        return IPv4Address(secrets.choice(free))
    while True:
        number = first + secrets.randbelow(size)
        if number != gateway:
            return IPv4Address(number)


def _new_mac() -> str:
    return "1e:00:" + ":".join(f"{byte:02x}" for byte in secrets.token_bytes(4))


def _mac(text: str | None) -> str | None:
    if not text:
        return None
    pieces = text.lower().replace("-", ":").split(":")
    good = len(pieces) == 6 and all(len(piece) == 2 and set(piece) <= set("0123456789abcdef") for piece in pieces)
    if not good or int(pieces[0], 16) & 1:
        raise InvalidParameter(f"{text} is no unicast MAC address; write 1e:00:12:34:56:78.")
    return ":".join(pieces)
