"""listUsageTypes: what is metered."""

from __future__ import annotations

from functions.events._usage import UsageTypeResponse
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request
from javelin.contract.responses import Listing
from javelin.data.usage import METERS


class ListUsageTypes(Request):
    """Lists the kinds of usage that are metered."""


@operation(ListUsageTypes, roles=ROOT, answers=UsageTypeResponse, object_name="usagetype")
def handler(request: ListUsageTypes, caller: Caller) -> Listing:
    """In order of their numbers."""
    rows = [UsageTypeResponse(id=one.number, name=one.name, description=one.description) for one in METERS]
    return Listing("usagetype", rows, len(rows))
