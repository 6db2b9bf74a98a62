"""dedicateHost: keep a host for a domain, or for an account of it."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated_host import DedicateHostResponse, show
from functions.fabric_admin._dedicating import DEDICATE, keep, new
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.host import Host


class DedicateHost(Request):
    """Keeps a host for a domain and those below it, or for one account. Guests of others are not placed on it."""

    hostid: Uuid = Field(description="The host")
    domainid: Uuid = Field(description="The domain that it is for")
    account: Text | None = Field(None, description="The account of the domain that alone it is for")


@operation(
    DedicateHost, roles=ROOT, grants=DEDICATE, answers=DedicateHostResponse, object_name="dedicatedhost",
    asynchronous=True, event="DEDICATE.RESOURCE",
)  # fmt: skip
def handler(request: DedicateHost, caller: Caller) -> Accepted:
    """What is in it, and what it is in, must not be for others."""
    made = new(Host.require(request.hostid), request.domainid, request.account)
    return keep(caller, made, command="dedicateHost", name="dedicatedhost", shown=show(made), event="DEDICATE.RESOURCE")
