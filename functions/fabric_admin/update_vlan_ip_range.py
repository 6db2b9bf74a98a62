"""updateVlanIpRange: give a range of public addresses other ends, or another way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field

from functions.fabric_admin._addresses import Range, read_range
from functions.fabric_admin._range_addresses import between, check_size, drop, put, reach_by, refuse_overlap
from functions.fabric_admin._vlan_range import VlanIpRangeResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import ApiError
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.offerings import never
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.sequence import Sequence
from javelin.data.records.vlan_range import VlanRange
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class UpdateVlanIpRange(Request):
    """Changes a range of public addresses, at most 1024. What leaves it must be free, and all of it for another way out."""

    id: Uuid = Field(description="The range")
    gateway: Text | None = Field(None, description="The router of the outside world")
    netmask: Text | None = Field(None, description="The netmask")
    startip: Text | None = Field(None, description="First address")
    endip: Text | None = Field(None, description="Last address")
    forsystemvms: Flag = Field(False, description="Not supported: false")


@operation(
    UpdateVlanIpRange, roles=ROOT, grants=[VlanRange.write, PublicAddress.write, Sequence.write, *ANNOUNCE],
    answers=VlanIpRangeResponse, object_name="vlan", timeout=60, event="VLAN.IP.RANGE.UPDATE",
    refuses=("startipv6", "endipv6", "ip6gateway", "ip6cidr"),
)  # fmt: skip
def handler(request: UpdateVlanIpRange, caller: Caller) -> Item:
    """The range with its addresses as they are then, or all as it was."""
    never(request, "forsystemvms")
    before, one = VlanRange.require(request.id), VlanRange.require(request.id)
    wanted = read_range(
        request.gateway or one.gateway, request.netmask or one.netmask, request.startip or one.start_ip,
        request.endip or one.end_ip,
    )  # fmt: skip
    check_size(wanted)
    refuse_overlap(one, wanted)
    one.gateway, one.netmask, one.cidr = str(wanted.gateway), str(wanted.network.netmask), str(wanted.network)
    one.start_ip, one.end_ip = str(wanted.first), str(wanted.last)
    _change(before, one, wanted)
    said = f"{caller.account} changed public addresses to {one.start_ip} to {one.end_ip}"
    announce(of_cloud("VLAN.IP.RANGE.UPDATE", said, resource_type="VlanRange", resource_id=one.id))
    return Item("vlan", show(one))


def _change(before: VlanRange, after: VlanRange, wanted: Range) -> None:
    """The range first, which one of several changes wins, and its addresses then; what fails is undone, newest first."""
    old, new = between(before.start_ip, before.end_ip), between(wanted.first, wanted.last)
    leave, stay = [ip for ip in old if ip not in set(new)], [ip for ip in old if ip in set(new)]
    come = [ip for ip in new if ip not in set(old)]
    turned = (before.gateway, before.netmask) != (after.gateway, after.netmask)
    transaction = Transaction()
    transaction.save(after)
    transaction.commit()
    undo: list[Callable[[], Any]] = [lambda: after.change(*before.as_changes())]
    try:
        undo.append(lambda: put(before, leave))
        drop(before, leave)
        if turned:
            undo.append(lambda: reach_by(before, stay, leave_used=True))
            reach_by(after, stay)
        undo.append(lambda: drop(after, come, leave_used=True))
        put(after, come)
    except ApiError:
        for one in reversed(undo):
            one()
        raise
