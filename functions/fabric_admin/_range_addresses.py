"""The addresses of a range: made, changed and taken away some at a time, each only while nobody has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address

from functions.fabric_admin._addresses import Range
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.data.records.public_address import PublicAddress, address_id, free_shard
from javelin.data.records.vlan_range import VlanRange
from javelin.data.transaction import Transaction
from javelin.data.walk import ids_of

MOST = 1024  # addresses of one range
AT_ONCE = 90  # a transaction takes 100 writes

Do = Callable[[Transaction, str, ResourceInUse], None]


def check_size(wanted: Range) -> None:
    """Raise InvalidParameter for more addresses than a range may have."""
    if wanted.size > MOST:
        raise InvalidParameter(f"A range may have {MOST} addresses, and this has {wanted.size}; make several.")


def refuse_overlap(one: VlanRange, wanted: Range) -> None:
    """Raise InvalidParameter if another range of the zone has one of the addresses."""
    for ids in ids_of(VlanRange):
        for other in VlanRange.load_all(ids):
            if other.id != one.id and other.zone_id == one.zone_id and wanted.overlaps(other.start_ip, other.end_ip):
                raise InvalidParameter(
                    f"The zone has the range {other.start_ip}-{other.end_ip} already, which overlaps; choose others."
                )


def between(first: str | IPv4Address, last: str | IPv4Address) -> list[str]:
    """All addresses from the first to the last."""
    return [str(IPv4Address(number)) for number in range(int(IPv4Address(first)), int(IPv4Address(last)) + 1)]


def address_of(one: VlanRange, ip: str) -> PublicAddress:
    """A free address of the range."""
    key = address_id(one.zone_id, ip)
    return PublicAddress(
        key, zone_id=one.zone_id, zone_name=one.zone_name, range_id=one.id,
        physical_network_id=one.physical_network_id, ip=ip, gateway=one.gateway, netmask=one.netmask, vlan=one.vlan,
        bridge=one.bridge, free_shard=free_shard(one.zone_id, key),
    )  # fmt: skip


def put(one: VlanRange, ips: Iterable[str]) -> None:
    """Make addresses; raises InvalidParameter if another range has one. What is there of this range already stays."""
    for part in _parts(_records(one, ips, there=False)):
        transaction = Transaction()
        for ip in part:
            taken = InvalidParameter(f"Another range took address {ip} meanwhile; choose others.")
            transaction.create(address_of(one, ip), taken)
        transaction.commit()


def drop(one: VlanRange, ips: Iterable[str], *, leave_used: bool = False) -> None:
    """Take addresses away; raises ResourceInUse if somebody has one, unless those are left. What is gone stays so."""

    def away(transaction: Transaction, ip: str, busy: ResourceInUse) -> None:
        key = address_id(one.zone_id, ip)
        transaction.delete(PublicAddress(key), PublicAddress.state == "Free", busy)

    _each_free(one, ips, away, leave_used)


def reach_by(one: VlanRange, ips: Iterable[str], *, leave_used: bool = False) -> None:
    """Have addresses say the range's gateway and netmask, which must be free as for `drop`."""
    changes = [PublicAddress.gateway.set(one.gateway), PublicAddress.netmask.set(one.netmask)]

    def told(transaction: Transaction, ip: str, busy: ResourceInUse) -> None:
        key = address_id(one.zone_id, ip)
        transaction.update(PublicAddress(key), changes, PublicAddress.state == "Free", busy)

    _each_free(one, ips, told, leave_used)


def _each_free(one: VlanRange, ips: Iterable[str], do: Do, leave_used: bool) -> None:
    for part in _parts(_records(one, ips, there=True)):
        try:
            _together(part, do)
        except ResourceInUse:
            if not leave_used:
                raise
            for ip in part:
                with suppress(ResourceInUse):
                    _together([ip], do)


def _together(ips: list[str], do: Do) -> None:
    transaction = Transaction()
    for ip in ips:
        do(transaction, ip, ResourceInUse(f"Address {ip} is in use; release it, then repeat."))
    transaction.commit()


def _records(one: VlanRange, ips: Iterable[str], *, there: bool) -> list[str]:
    """Those of the addresses that are there, or not, as this range's."""
    wanted = list(ips)
    found = PublicAddress.load_all(address_id(one.zone_id, ip) for ip in wanted)
    mine = {address.ip for address in found if address.range_id == one.id}
    return [ip for ip in wanted if (ip in mine) is there]


def _parts(ips: list[str]) -> Iterable[list[str]]:
    return (ips[start : start + AT_ONCE] for start in range(0, len(ips), AT_ONCE))
