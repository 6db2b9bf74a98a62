"""listResourceLimits: the most that an account, a project or a domain may have."""

from __future__ import annotations

from pydantic import Field

from functions.identity._limited import ResourceLimitResponse, limited, resource_numbered
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.counters import RESOURCES, UNLIMITED
from javelin.data.lists import window
from javelin.data.reach import REACH
from javelin.data.records.quota import Quota


class ListResourceLimits(ListRequest):
    """Lists limits: the caller's own, those of an account or a project, or with domainid alone those of a domain."""

    account: Text | None = Field(None, description="The account; needs domainid unless it is in the caller's")
    domainid: Uuid | None = Field(None, description="The domain, or that of the account")
    projectid: Uuid | None = Field(None, description="The project")
    resourcetype: Integer | None = Field(None, description="Only the limit of this kind of resource, by its number")
    resourcetypename: Text | None = Field(None, description="Only the limit of this kind of resource, by its name")
    isrecursive: Flag = Field(False, description="Taken; what domains below may have is listed with each of them")
    listall: Flag = Field(False, description="Taken; limits of others are listed when they are named")


@operation(
    ListResourceLimits, roles=EVERYONE, grants=[Quota.read, *REACH], answers=ResourceLimitResponse,
    object_name="resourcelimit", refuses=("id", "tag"),
)  # fmt: skip
def handler(request: ListResourceLimits, caller: Caller) -> Listing:
    """In the order of their numbers."""
    wanted = limited(caller, request.account, request.domainid, request.projectid)
    names = [name for name in RESOURCES if request.keyword is None or request.keyword.lower() in name]
    if request.resourcetype is not None:
        wished = resource_numbered(request.resourcetype)
        names = [name for name in names if name == wished]
    if request.resourcetypename is not None:
        names = [name for name in names if name == _known(request.resourcetypename)]
    record = wanted.record()
    rows = [
        ResourceLimitResponse(**wanted.shown(name), max=_shown(record.limit(name), RESOURCES[name].unit))
        for name in names
    ]
    return Listing("resourcelimit", window(request).of(rows), len(rows))


def _shown(limit: int | None, unit: int) -> int:
    return UNLIMITED if limit is None else limit // unit


def _known(name: str) -> str:
    if name not in RESOURCES:
        raise InvalidParameter(f"There is no resourcetypename {name}; there are: {', '.join(RESOURCES)}.")
    return name
