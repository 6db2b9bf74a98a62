"""updateResourceCount: count anew what an account, a project or a domain has."""

from __future__ import annotations

from pydantic import Field

from functions.identity._counting import COUNTING, count_anew
from functions.identity._limited import LimitedResponse, limited, refuse_root, resource_numbered
from functions.identity._rights import governed_account
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Request, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.counters import RESOURCES
from javelin.data.limited_tags import limited_tags
from javelin.data.reach import REACH
from javelin.data.settings import READ_SETTINGS
from javelin.messaging.events import ANNOUNCE


class ResourceCountResponse(LimitedResponse):
    """How much of something there is."""

    resourcecount: int = Field(description="How much there is; storage in bytes, memory in MiB")


class UpdateResourceCount(Request):
    """Counts anew what there is, of an account or of a domain and those below it, and answers it."""

    domainid: Uuid = Field(description="The domain, or that of the account")
    account: Text | None = Field(None, description="The account")
    projectid: Uuid | None = Field(None, description="The project")
    resourcetype: Integer | None = Field(None, description="Answer the count of this kind of resource alone")
    tag: Text | None = Field(
        None, description="Answer the counts of this tag of hosts or pools, which operators have listed"
    )


@operation(
    UpdateResourceCount, roles=ADMINS, grants=[*COUNTING, READ_SETTINGS, *REACH, *ANNOUNCE], answers=ResourceCountResponse,
    object_name="resourcecount", event="RESOURCE.COUNT.UPDATE", timeout=120,
)  # fmt: skip
def handler(request: UpdateResourceCount, caller: Caller) -> Listing:
    """All kinds are counted; they are in the same records."""
    names = [*RESOURCES] if request.resourcetype is None else [resource_numbered(request.resourcetype)]
    wanted = limited(caller, request.account, request.domainid, request.projectid)
    refuse_root(wanted)
    if wanted.account is not None:
        if not caller.sees_domain(wanted.domain_path):
            raise PermissionDenied("What a project has is counted by administrators of its domain.")
        if not wanted.account.of_project:
            governed_account(caller, wanted.account.id)
    if request.tag is not None:
        names = [name for name in names if name in limited_tags().get(request.tag, ())]
        if not names:
            raise InvalidParameter(f"The tag {request.tag} has no such limit; listResourceLimits shows those of tags.")
    count_anew(wanted)
    record = wanted.record(request.tag)
    rows = [ResourceCountResponse(**wanted.shown(name, request.tag), resourcecount=record.used(name)) for name in names]
    return Listing("resourcecount", rows, len(rows))
