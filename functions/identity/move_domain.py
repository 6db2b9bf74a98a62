"""moveDomain: a domain that nobody is in, with those below it, goes below another."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import DomainResponse, show_domain
from functions.identity._events import tell
from functions.identity._moving import MOVING, branch, move, refuse_kept
from functions.identity._rights import closed
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item
from javelin.data.records.domain import Domain
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class MoveDomain(Request):
    """Moves a domain and those below it, in which there are neither accounts nor projects, with their limits."""

    domainid: Uuid = Field(description="The domain to move")
    parentdomainid: Uuid = Field(description="The domain to be right below from then on")


@operation(
    MoveDomain, roles=ROOT, grants=[*MOVING, *ANNOUNCE], answers=DomainResponse, object_name="domain",
    event="DOMAIN.MOVE",
)  # fmt: skip
def handler(request: MoveDomain, caller: Caller) -> Item:
    """All of it in one transaction, which fails if anything came between."""
    top, target = Domain.require(request.domainid), Domain.require(request.parentdomainid)
    if top.parent_id is None:
        raise InvalidParameter("ROOT is above all domains and stays there; name a domain below it.")
    if target.path.startswith(top.path):
        raise InvalidParameter(f"{target.shown_path} is the domain itself or below it; choose a parent elsewhere.")
    if target.id == top.parent_id:
        raise InvalidParameter(f"Domain {top.shown_path} is right below {target.shown_path} already; choose another.")
    parent = Domain.require(top.parent_id)
    domains = branch(top)
    for domain in (parent, target, *domains):
        if domain.state != "Active":
            raise closed(domain)
    refuse_kept(domains)
    transaction = Transaction()
    move(transaction, domains, parent, target)
    transaction.update(Domain(parent.id), [Domain.children.add(-1)], parent.as_read, closed(parent))
    transaction.update(Domain(target.id), [Domain.children.add(1)], target.as_read, closed(target))
    transaction.commit()
    moved = Domain.require(top.id)
    tell(caller, "DOMAIN.MOVE", f"Domain {top.shown_path} was moved to {moved.shown_path}", "Domain", top.id)
    return Item("domain", show_domain(moved))
