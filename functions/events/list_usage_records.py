"""listUsageRecords: what was used for how long, day by day."""

from __future__ import annotations

from pydantic import Field

from functions.events._usage import UsageRecordResponse, show_usage
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Long, Moment, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.contract.tags import TagResponse
from javelin.data.fetch import fetch
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, page_of, window
from javelin.data.reach import Reach, reach_of
from javelin.data.records.account import Account
from javelin.data.records.tag import show_tags
from javelin.data.records.usage_record import UsageRecord
from javelin.data.usage import BY_NUMBER, METERS


class ListUsageRecords(ListRequest):
    """Lists how long things were used on the days that began between two times."""

    startdate: Moment = Field(description="The first day")
    enddate: Moment = Field(description="The last day")
    account: Text | None = Field(None, description="Only what this account used; needs domainid")
    accountid: Uuid | None = Field(None, description="Only what the account with this id used")
    domainid: Uuid | None = Field(None, description="Only what was used in this domain")
    isrecursive: Flag = Field(False, description="And in the domains below it")
    projectid: Uuid | None = Field(None, description="Only what this project used; -1 for all of the caller's")
    type: Long | None = Field(None, description="Only usage of this kind; see listUsageTypes")
    usageid: Text | None = Field(None, description="Only usage of this thing")
    includetags: Flag = Field(False, description="Show the tags that the things have now, too")
    oldformat: Flag = Field(False, description="Accepted; descriptions have one form")


@operation(
    ListUsageRecords, roles=ADMINS, answers=UsageRecordResponse, object_name="usagerecord",
    grants=[UsageRecord.read, *(one.record.read for one in METERS), *READ_LISTS],
)  # fmt: skip
def handler(request: ListUsageRecords, caller: Caller) -> Listing:
    """Everything that the caller governs, unless less is asked for; the oldest day first."""
    if request.startdate > request.enddate:
        raise InvalidParameter("startdate is after enddate; exchange them.")
    if request.type is not None and request.type not in BY_NUMBER:
        raise InvalidParameter(f"There is no usage of type {request.type}; listUsageTypes shows which there are.")
    filters = Filters().equal("usage_type", request.type).between("started", request.startdate, request.enddate)
    filters.related(UsageRecord.by_resource, "resource_id", request.usageid).contains(request.keyword, "name")
    rows, count = page_of(UsageRecord, _reach(request, caller), window(request), filters)
    tags = _tags(rows) if request.includetags else {}
    return Listing("usagerecord", [show_usage(row, tags.get(row.resource_id)) for row in rows], count)


def _reach(request: ListUsageRecords, caller: Caller) -> Reach:
    if request.accountid is not None:
        if request.account is not None or request.projectid is not None:
            raise InvalidParameter("Give accountid, account or projectid, and not two of them.")
        account = Account.find(request.accountid)
        if account is None or not caller.sees(account.id, account.domain_path):
            raise Account.unknown(request.accountid)
        return Reach((account.id,))
    asked = OwnedListRequest(
        account=request.account, domainid=request.domainid, isrecursive=request.isrecursive,
        projectid=request.projectid, listall=True,
    )  # fmt: skip
    return reach_of(caller, asked, stays=True)


def _tags(rows: list[UsageRecord]) -> dict[str, list[TagResponse]]:
    """The tags of the things that are still there."""
    meters = {row.resource_id: BY_NUMBER[int(row.usage_type)] for row in rows}
    wanted = {key: (one.record, one.tagged) for key, one in meters.items() if one.tagged}
    found = fetch((record, key) for key, (record, _) in wanted.items())
    there = {key: found.find(record, key) for key, (record, _) in wanted.items()}
    return {key: show_tags(one, str(wanted[key][1])) for key, one in there.items() if one is not None}
