"""listDomains: the domains that the caller governs."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import DomainResponse, show_domain
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import list_shared, subtree
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence


class ListDomains(ListRequest):
    """Lists domains: all for the cloud's administrators, a domain's own for others, with listall those below too."""

    id: Uuid | None = Field(None, description="Only this domain")
    name: Text | None = Field(None, description="Only domains of this name")
    level: Integer | None = Field(None, description="Only domains so far below ROOT")
    listall: Flag = Field(False, description="Take the domains below the caller's too")
    details: TextList | None = Field(None, description="Which parts to show; all are always shown")
    showicon: Flag = Field(False, description="Taken, but domains have no icons")


@operation(
    ListDomains, roles=ADMINS, grants=[Domain.read, Sequence.read], answers=DomainResponse, object_name="domain",
    refuses=("tag",),
)  # fmt: skip
def handler(request: ListDomains, caller: Caller) -> Listing:
    """In order of creation."""

    def keep(domain: Domain) -> bool:
        return (
            caller.sees_domain(domain.path)
            and (request.name is None or domain.name.lower() == request.name.lower())
            and (request.level is None or domain.level == request.level)
            and (request.keyword is None or request.keyword.lower() in domain.name.lower())
        )

    domains, count = list_shared(Domain, request, keep, _only(request, caller))
    return Listing("domain", [show_domain(domain) for domain in domains], count)


def _only(request: ListDomains, caller: Caller) -> list[str] | None:
    """The domains to look at; None for all of the cloud."""
    if request.id:
        return [request.id]
    if caller.is_root:
        return None
    own = Domain.require(caller.domain_id)
    return sorted(domain.id for domain in subtree(own)) if request.listall else [own.id]
