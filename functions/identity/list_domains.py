"""listDomains: the domains that the caller governs."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import PARTS, DomainResponse, show_domain
from functions.identity._figures import quotas_of, tagged_of
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, TextList, Uuid
from javelin.contract.parts import asked, chosen
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_shared
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.quota import Quota
from javelin.data.records.sequence import Sequence
from javelin.data.settings import READ_SETTINGS


class ListDomains(ListRequest):
    """Lists domains: all for the cloud's administrators, a domain's own for others, with listall those below too."""

    id: Uuid | None = Field(None, description="Only this domain")
    name: Text | None = Field(None, description="Only domains of this name")
    level: Integer | None = Field(None, description="Only domains so far below ROOT")
    listall: Flag = Field(False, description="Take the domains below the caller's too")
    details: TextList | None = Field(None, description="Parts to show: all, min, resource")
    tag: Text | None = Field(None, description="Of taggedresources, only those of this tag of hosts or pools")
    showicon: Flag = Field(False, description="Taken, but domains have no icons")


@operation(
    ListDomains, roles=ADMINS, grants=[Domain.read, Account.read, Sequence.read, Quota.read, READ_SETTINGS],
    answers=DomainResponse, object_name="domain",
)  # fmt: skip
def handler(request: ListDomains, caller: Caller) -> Listing:
    """In order of creation."""
    filters = Filters().word("name", request.name).contains(request.keyword, "name")
    if request.level is not None:
        filters.add(lambda domain: domain.level == request.level)
    if not caller.is_root:
        filters.under("path", caller.domain_path)
    only = [request.id] if request.id else None
    if only is None and not (caller.is_root or request.listall):
        only = [caller.domain_id]
    domains, count = list_shared(Domain, request, filters, only)
    counted = asked("resource", request.details)
    quotas = quotas_of(domains) if counted else {}
    paths = [domain.path for domain in domains if domain.path != "/"]
    tagged = tagged_of(paths, request.tag) if counted else {}
    rows = [show_domain(domain, quotas.get(domain.id), tagged.get(domain.path)) for domain in domains]
    return Listing("domain", chosen(rows, PARTS, request.details), count)
