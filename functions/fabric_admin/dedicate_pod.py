"""dedicatePod: keep a pod for a domain, or for an account of it."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated_pod import DedicatePodResponse, show
from functions.fabric_admin._dedicating import DEDICATE, keep, new
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.pod import Pod


class DedicatePod(Request):
    """Keeps a pod for a domain and those below it, or for one account. Guests of others are not placed in it."""

    podid: Uuid = Field(description="The pod")
    domainid: Uuid = Field(description="The domain that it is for")
    account: Text | None = Field(None, description="The account of the domain that alone it is for")


@operation(
    DedicatePod, roles=ROOT, grants=DEDICATE, answers=DedicatePodResponse, object_name="dedicatedpod",
    asynchronous=True, event="DEDICATE.RESOURCE",
)  # fmt: skip
def handler(request: DedicatePod, caller: Caller) -> Accepted:
    """What is in it, and what it is in, must not be for others."""
    made = new(Pod.require(request.podid), request.domainid, request.account)
    return keep(caller, made, command="dedicatePod", name="dedicatedpod", shown=show(made), event="DEDICATE.RESOURCE")
