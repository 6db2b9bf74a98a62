"""How dedicated places are shown, and listed: all kinds alike."""

from __future__ import annotations

from typing import Any, Protocol

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_shared
from javelin.data.reach import find_account
from javelin.data.records.dedication import Dedication

LIST_DEDICATED: tuple[Grant, ...] = (Dedication.read, *READ_LISTS)


class DedicatedList(ListRequest):
    """What every list of dedicated places takes."""

    domainid: Uuid | None = Field(None, description="Only what is for this domain, or for accounts of it")
    account: Text | None = Field(None, description="Only what is for this account; needs domainid")


class DedicatedResponse(Response):
    """What every dedicated place is shown with."""

    id: str = Field(description="The dedication's id, which is the place's")
    domainid: str = Field(description="The domain that it is for")
    accountid: str | None = Field(
        None, description="The account that it is for; absent when it is for all of the domain"
    )


class Shows(Protocol):
    """How a dedication is shown."""

    def __call__(self, made: Dedication) -> Response:
        """The response."""
        ...


def listing(request: Any, key: str | None, kind: str, name: str, show: Shows) -> Listing:
    """The dedicated places of a kind that match, in the order of their ids."""
    if request.account and not request.domainid:
        raise InvalidParameter("account needs domainid: say in which domain the account is.")
    filters = Filters().equal("kind", kind).equal("domain_id", request.domainid).contains(request.keyword, "name")
    if request.account:
        account = find_account(request.domainid, request.account)
        filters.nothing(account is None).equal("account_id", account.id if account else None)
    rows, count = list_shared(Dedication, request, filters, [key] if key else None)
    return Listing(name, [show(row) for row in rows], count)
