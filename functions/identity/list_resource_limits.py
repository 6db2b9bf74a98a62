"""listResourceLimits: the most that an account, a project or a domain may have."""

from __future__ import annotations

from pydantic import Field

from functions.identity._limited import Limited, ResourceLimitResponse, limited, resource_numbered
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.counters import RESOURCES, UNLIMITED, Counted
from javelin.data.limited_tags import limited_tags
from javelin.data.lists import window
from javelin.data.reach import REACH
from javelin.data.records.quota import Quota
from javelin.data.settings import READ_SETTINGS


class ListResourceLimits(ListRequest):
    """Lists limits: the caller's own, those of an account or a project, or with domainid alone those of a domain.

    Those of tags, which operators have listed, come after the others.
    """

    account: Text | None = Field(None, description="The account; needs domainid unless it is in the caller's")
    domainid: Uuid | None = Field(None, description="The domain, or that of the account")
    projectid: Uuid | None = Field(None, description="The project")
    resourcetype: Integer | None = Field(None, description="Only the limit of this kind of resource, by its number")
    resourcetypename: Text | None = Field(None, description="Only the limit of this kind of resource, by its name")
    tag: Text | None = Field(None, description="Only limits of this tag of hosts or pools")
    isrecursive: Flag = Field(False, description="Taken; what domains below may have is listed with each of them")
    listall: Flag = Field(False, description="Taken; limits of others are listed when they are named")


@operation(
    ListResourceLimits, roles=EVERYONE, grants=[Quota.read, READ_SETTINGS, *REACH], answers=ResourceLimitResponse,
    object_name="resourcelimit", refuses=("id",),
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
    rows = []
    if request.tag is None:
        record = wanted.record()
        rows = [_row(wanted, record, name) for name in names]
    limited_ones = limited_tags()
    tags = [tag for tag in limited_ones if request.tag in (None, tag)]
    for quota in Quota.of_tags(wanted.scope, tags):
        rows += [_row(wanted, quota, name) for name in names if name in limited_ones[str(quota.tag)]]
    return Listing("resourcelimit", window(request).of(rows), len(rows))


def _row(wanted: Limited, record: Counted, name: str) -> ResourceLimitResponse:
    limit, tag = record.limit(name), record.tag if isinstance(record, Quota) else None
    most = UNLIMITED if limit is None else limit // RESOURCES[name].unit
    return ResourceLimitResponse(**wanted.shown(name, tag), max=most)


def _known(name: str) -> str:
    if name not in RESOURCES:
        raise InvalidParameter(f"There is no resourcetypename {name}; there are: {', '.join(RESOURCES)}.")
    return name
