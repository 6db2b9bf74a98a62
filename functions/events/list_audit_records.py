"""listAuditRecords: an account's audit chain, oldest first."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, ListRequest, Request, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.reach import REACH, account_named
from javelin.data.records.audit_record import AuditHead, AuditRecord


class ListAuditRecords(Request):
    """Lists the audit chain of an account: every event that concerns it, each with the digest of the one before."""

    account: Text | None = Field(None, description="The account, instead of the caller's own; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project whose chain it is, instead of an account's")
    page: Integer | None = Field(None, description="Which page, from 1; needs pagesize")
    pagesize: Integer | None = Field(None, description="Records on a page, at most 500")


class AuditRecordResponse(Response):
    """A record of an audit chain."""

    id: str = Field(description="The event's id")
    accountid: str = Field(description="The account whose chain it is")
    number: int = Field(description="Its place in the chain, from 1 without gaps")
    previous: str = Field(description="The digest of the record before; zeros for the first")
    digest: str = Field(description="The SHA-256 of the record, as docs/audit.md says")
    event: str = Field(description="The event, as canonical JSON")
    created: datetime = Field(description="When it happened")


@operation(
    ListAuditRecords, roles=EVERYONE, answers=AuditRecordResponse, object_name="auditrecord",
    grants=[AuditRecord.read, AuditHead.read, *REACH],
)  # fmt: skip
def handler(request: ListAuditRecords, caller: Caller) -> Listing:
    """A page is found by the records' numbers, however long the chain is."""
    if request.pagesize == -1:
        raise InvalidParameter("A chain is read page by page: give page, and a pagesize of at most 500.")
    wanted = window(ListRequest(page=request.page, pagesize=request.pagesize))
    owner = account_named(caller, request.account, request.domainid, request.projectid, adds=False)
    head, oldest = AuditHead.find(owner.id), AuditRecord.first_number(owner.id)
    if head is None or not oldest:
        return Listing("auditrecord", [], 0)
    first = oldest + wanted.start
    records = AuditRecord.between(owner.id, first, first + wanted.size - 1)
    return Listing("auditrecord", [_show(record) for record in records], int(head.number) - oldest + 1)


def _show(record: AuditRecord) -> AuditRecordResponse:
    return AuditRecordResponse(
        id=record.id, accountid=record.account_id, number=int(record.number), previous=record.previous,
        digest=record.digest, event=record.event, created=record.created,
    )  # fmt: skip
