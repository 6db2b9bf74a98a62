"""removeResourceDetail: take details off a resource."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Accepted
from javelin.data import details
from javelin.data.offerings import REACH
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class RemoveResourceDetail(Request):
    """Takes a detail off a resource, or all of them."""

    resourcetype: Text = Field(description="What it is: UserVm, Template, Volume, Network or ServiceOffering")
    resourceid: Text = Field(description="The resource")
    key: Text | None = Field(None, description="Which detail; all when left out")


@operation(
    RemoveResourceDetail, roles=ROOT, asynchronous=True, event="RESOURCE.DETAIL.DELETE",
    grants=[*details.CHANGE_DETAILS, *REACH, *jobs.START_JOB],
)  # fmt: skip
def handler(request: RemoveResourceDetail, caller: Caller) -> Accepted:
    """One that is not there is no error."""
    record = details.bearer(caller, details.kind_named(request.resourcetype), request.resourceid)
    transaction = Transaction()
    details.remove(transaction, record, request.key)
    return jobs.done(caller, transaction, command="removeResourceDetail", result={"success": True})
