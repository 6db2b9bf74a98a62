"""addResourceDetail: put details on a resource."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Request, Text
from javelin.contract.responses import Accepted
from javelin.data import details
from javelin.data.offerings import REACH
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class AddResourceDetail(Request):
    """Puts details on a resource; a key that it has already gets the new value."""

    resourcetype: Text = Field(description="What it is: UserVm, Template, Volume, Network or ServiceOffering")
    resourceid: Text = Field(description="The resource")
    details: Details = Field(description="details[0].key=..., details[0].value=...")


@operation(
    AddResourceDetail, roles=ROOT, asynchronous=True, refuses=("fordisplay",), event="RESOURCE.DETAIL.CREATE",
    grants=[*details.CHANGE_DETAILS, *REACH, *jobs.START_JOB],
)  # fmt: skip
def handler(request: AddResourceDetail, caller: Caller) -> Accepted:
    """All of them or none."""
    record = details.bearer(caller, details.kind_named(request.resourcetype), request.resourceid)
    transaction = Transaction()
    details.put(transaction, record, request.details)
    return jobs.done(caller, transaction, command="addResourceDetail", result={"success": True})
