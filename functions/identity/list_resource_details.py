"""listResourceDetails: the details of a resource."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text
from javelin.contract.responses import Listing, Response
from javelin.data import details
from javelin.data.lists import window
from javelin.data.offerings import REACH


class ListResourceDetails(ListRequest):
    """Lists the details of a resource, in order of their keys."""

    resourcetype: Text = Field(description="What it is: UserVm, Template, Volume, Network or ServiceOffering")
    resourceid: Text | None = Field(None, description="The resource, which must be named")
    key: Text | None = Field(None, description="Only the detail of this key")
    value: Text | None = Field(None, description="Only details of this value")
    fordisplay: Flag = Field(True, description="True, as all details are shown; false for none")


class ResourceDetailResponse(Response):
    """A detail of a resource."""

    resourceid: str = Field(description="What bears it")
    resourcetype: str = Field(description="The kind of what bears it")
    key: str = Field(description="The detail's key")
    value: str = Field(description="The detail's value")


@operation(
    ListResourceDetails, roles=EVERYONE, answers=ResourceDetailResponse, object_name="resourcedetail",
    grants=[*details.READ_DETAILS, *REACH], refuses=("account", "domainid", "isrecursive", "listall", "projectid"),
)  # fmt: skip
def handler(request: ListResourceDetails, caller: Caller) -> Listing:
    """Those that a caller may see with the resource itself."""
    kind = details.kind_named(request.resourcetype)
    if request.resourceid is None:
        raise InvalidParameter("Say whose details: give resourceid.")
    record = details.bearer(caller, kind, request.resourceid)
    found = [
        ResourceDetailResponse(resourceid=request.resourceid, resourcetype=kind, key=key, value=str(value))
        for key, value in sorted(details.details_of(record).items())
        if request.fordisplay
        and request.key in (None, key)
        and request.value in (None, value)
        and (request.keyword or "").lower() in key.lower()
    ]
    return Listing("resourcedetail", window(request).of(found), len(found))
