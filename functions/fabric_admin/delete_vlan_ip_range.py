"""deleteVlanIpRange: take back public addresses that nobody has."""

from __future__ import annotations

from ipaddress import IPv4Address

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.counting import leave, leave_if_there
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.public_address import PublicAddress, address_id
from javelin.data.records.vlan_range import VlanRange
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

AT_ONCE = 90  # a transaction takes 100 writes


class DeleteVlanIpRange(Request):
    """Deletes a range of public addresses, all of which must be free."""

    id: Uuid = Field(description="The range")


@operation(
    DeleteVlanIpRange, roles=ROOT, timeout=60,
    grants=[VlanRange.write, PublicAddress.write, PhysicalNetwork.write, Zone.write, *ANNOUNCE],
    event="VLAN.IP.RANGE.DELETE",
)  # fmt: skip
def handler(request: DeleteVlanIpRange, caller: Caller) -> Success:
    """The range goes last, so that a repeat finds what is left."""
    one = VlanRange.require(request.id)
    first, last = int(IPv4Address(one.start_ip)), int(IPv4Address(one.end_ip))
    keys = [address_id(one.zone_id, str(IPv4Address(number))) for number in range(first, last + 1)]
    addresses = [address for address in PublicAddress.load_all(keys) if address.range_id == one.id]
    taken = [address.ip for address in addresses if address.state != "Free"]
    if taken:
        raise ResourceInUse(f"The range has addresses that are in use: {', '.join(taken[:10])}; release them first.")
    for start in range(0, len(addresses), AT_ONCE):
        transaction = Transaction()
        for address in addresses[start : start + AT_ONCE]:
            busy = ResourceInUse(f"Address {address.ip} was taken meanwhile; release it, then repeat.")
            transaction.delete(address, PublicAddress.state == "Free", busy)
        transaction.commit()
    transaction = Transaction()
    transaction.delete(one, VlanRange.id.exists(), VlanRange.unknown(one.id))
    leave(transaction, Zone, one.zone_id)
    if one.physical_network_id:
        leave_if_there(transaction, PhysicalNetwork, one.physical_network_id)
    transaction.commit()
    said = f"{caller.account} deleted public addresses {one.start_ip} to {one.end_ip}"
    announce(of_cloud("VLAN.IP.RANGE.DELETE", said, resource_type="VlanRange", resource_id=one.id))
    return Success()
