"""listDetailOptions: the details that mean something to this cloud."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Item, Response
from javelin.data import details
from javelin.data.offerings import REACH

HEEDED = {"UserVm": ("cpuNumber", "cpuSpeed", "memory")}  # by a deployment with a custom offering


class ListDetailOptions(Request):
    """Tells which details of a resource mean something to this cloud; all others are notes that it keeps."""

    resourcetype: Text = Field(description="What it is: UserVm, Template, Volume, Network or ServiceOffering")
    resourceid: Text | None = Field(None, description="A resource of that kind, which must be the caller's to see")


class DetailOptionsResponse(Response):
    """Details by their names, each with the values that it may have, or none where any number will do."""

    details: dict[str, list[str]] = Field(description="The details")


@operation(
    ListDetailOptions, roles=EVERYONE, answers=DetailOptionsResponse, object_name="detailoptions",
    grants=[*details.READ_DETAILS, *REACH],
)  # fmt: skip
def handler(request: ListDetailOptions, caller: Caller) -> Item:
    """The same for all resources of a kind."""
    kind = details.kind_named(request.resourcetype)
    if request.resourceid is not None:
        details.bearer(caller, kind, request.resourceid)
    return Item("detailoptions", DetailOptionsResponse(details={name: [] for name in HEEDED.get(kind, ())}))
