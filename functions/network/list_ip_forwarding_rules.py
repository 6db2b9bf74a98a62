"""listIpForwardingRules: ports of static NAT; clients ask for them beside every list of guests."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.reach import REACH, reach_of


class ListIpForwardingRules(OwnedListRequest):
    """Lists the open ports of static NAT. No address stands for one guest so far, so nothing is listed."""

    id: Uuid | None = Field(None, description="Only this one")
    ipaddressid: Uuid | None = Field(None, description="Only those of this public address")
    virtualmachineid: Uuid | None = Field(None, description="Only those that lead to this virtual machine")


class IpForwardingRuleResponse(Response):
    """A rule."""

    id: str = Field(description="The rule's id")


@operation(
    ListIpForwardingRules, roles=EVERYONE, answers=IpForwardingRuleResponse, object_name="ipforwardingrule",
    grants=REACH,
)  # fmt: skip
def handler(request: ListIpForwardingRules, caller: Caller) -> Listing:
    """What a list refuses is refused here too: half a page, another's account."""
    window(request)
    reach_of(caller, request)
    return Listing("ipforwardingrule", [], 0)
