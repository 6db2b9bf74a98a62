"""listDedicatedHosts: the hosts that are for some alone."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import LIST_DEDICATED, DedicatedList, listing
from functions.fabric_admin._dedicated_host import DedicateHostResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Uuid
from javelin.contract.responses import Listing


class ListDedicatedHosts(DedicatedList):
    """Lists hosts that are dedicated, with whom they are for."""

    hostid: Uuid | None = Field(None, description="Only this host")


@operation(
    ListDedicatedHosts, roles=ROOT, grants=LIST_DEDICATED, answers=DedicateHostResponse, object_name="dedicatedhost",
    refuses=("affinitygroupid",),
)  # fmt: skip
def handler(request: ListDedicatedHosts, caller: Caller) -> Listing:
    """All that match."""
    return listing(request, request.hostid, "Host", "dedicatedhost", show)
