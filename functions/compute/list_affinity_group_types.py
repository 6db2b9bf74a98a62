"""listAffinityGroupTypes: what affinity groups can ask for."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.records.affinity_group import TYPES


class ListAffinityGroupTypes(ListRequest):
    """Lists the types of affinity groups: hosts apart or together, each strictly or as a wish."""


class AffinityGroupTypeResponse(Response):
    """A type of affinity groups."""

    type: str = Field(description="The type, as createAffinityGroup takes it")


@operation(
    ListAffinityGroupTypes, roles=EVERYONE, answers=AffinityGroupTypeResponse, object_name="affinityGroupType",
)  # fmt: skip
def handler(request: ListAffinityGroupTypes, caller: Caller) -> Listing:
    """The same for everybody."""
    found = [kind for kind in TYPES if (request.keyword or "").lower() in kind]
    return Listing(
        "affinityGroupType", [AffinityGroupTypeResponse(type=kind) for kind in window(request).of(found)], len(found)
    )
