"""listPortForwardingRules: ports of public addresses that lead to guests; clients ask for them beside every list of guests."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Rows, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.reach import REACH, reach_of


class ListPortForwardingRules(OwnedListRequest):
    """Lists the ports of public addresses that lead to guests. Routers forward none so far, so nothing is listed."""

    id: Uuid | None = Field(None, description="Only this one")
    ipaddressid: Uuid | None = Field(None, description="Only those of this public address")
    networkid: Uuid | None = Field(None, description="Only those of this network")
    fordisplay: Flag = Field(True, description="Accepted; there are no rules to see")
    tags: Rows = Field(default_factory=list, description="Only those with these tags")


class FirewallRuleResponse(Response):
    """A rule."""

    id: str = Field(description="The rule's id")


@operation(
    ListPortForwardingRules, roles=EVERYONE, answers=FirewallRuleResponse, object_name="portforwardingrule",
    grants=REACH,
)  # fmt: skip
def handler(request: ListPortForwardingRules, caller: Caller) -> Listing:
    """What a list refuses is refused here too: half a page, another's account."""
    window(request)
    reach_of(caller, request)
    return Listing("portforwardingrule", [], 0)
