"""listDomainChildren: the domains below a domain."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import DomainResponse, show_domain
from functions.identity._figures import quotas_of, tagged_of
from functions.identity._rights import governed_domain
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.quota import Quota
from javelin.data.records.sequence import Sequence
from javelin.data.settings import READ_SETTINGS


class ListDomainChildren(ListRequest):
    """Lists the domains right below a domain, or with isrecursive all that are below it."""

    id: Uuid | None = Field(None, description="The domain; the caller's when left out")
    name: Text | None = Field(None, description="Only domains of this name")
    isrecursive: Flag = Field(False, description="Take those further below too")
    listall: Flag = Field(False, description="Take those further below too")
    showicon: Flag = Field(False, description="Taken, but domains have no icons")


@operation(
    ListDomainChildren, roles=ADMINS, grants=[Domain.read, Account.read, Sequence.read, Quota.read, READ_SETTINGS],
    answers=DomainResponse,
    object_name="domain",
)  # fmt: skip
def handler(request: ListDomainChildren, caller: Caller) -> Listing:
    """In order of creation."""
    parent = governed_domain(caller, request.id)
    filters = Filters().word("name", request.name).contains(request.keyword, "name")
    if request.isrecursive or request.listall:
        filters.under("path", parent.path).outside("id", (parent.id,))
    else:
        filters.found(
            lambda _: [row.id for row in Domain.by_parent.query(parent.id)], lambda row: row.parent_id == parent.id
        )
    domains, count = list_shared(Domain, request, filters)
    quotas, tagged = quotas_of(domains), tagged_of(domain.path for domain in domains)
    rows = [show_domain(domain, quotas.get(domain.id), tagged.get(domain.path)) for domain in domains]
    return Listing("domain", rows, count)
