"""dedicateZone: keep a zone for a domain, or for an account of it."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated_zone import DedicateZoneResponse, show
from functions.fabric_admin._dedicating import DEDICATE, keep, new
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.zone import Zone


class DedicateZone(Request):
    """Keeps a zone for a domain and those below it, or for one account.

    Guests of others are not placed in it, and other domains do not see it.
    """

    zoneid: Uuid = Field(description="The zone")
    domainid: Uuid = Field(description="The domain that it is for")
    account: Text | None = Field(None, description="The account of the domain that alone it is for")


@operation(
    DedicateZone, roles=ROOT, grants=DEDICATE, answers=DedicateZoneResponse, object_name="dedicatedzone",
    asynchronous=True, event="DEDICATE.RESOURCE",
)  # fmt: skip
def handler(request: DedicateZone, caller: Caller) -> Accepted:
    """What is in it, and what it is in, must not be for others."""
    made = new(Zone.require(request.zoneid), request.domainid, request.account)
    return keep(caller, made, command="dedicateZone", name="dedicatedzone", shown=show(made), event="DEDICATE.RESOURCE")
