"""moveDomain: a domain, with all that is in it and below, goes below another."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import DomainResponse, show_domain
from functions.identity._moving import MOVING, branch, refuse_unfit, start_moving
from functions.identity._moving_jobs import FLOW, begin, go_on
from functions.identity._rights import closed
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item
from javelin.data.records.domain import Domain, shown_path
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class MoveDomain(Request):
    """Moves a domain, with those below it, their accounts and all that these own; a job has what is in it follow."""

    domainid: Uuid = Field(description="The domain to move")
    parentdomainid: Uuid = Field(description="The domain to be right below from then on")


@operation(
    MoveDomain, roles=ROOT, grants=[*MOVING, *jobs.START_JOB], answers=DomainResponse, object_name="domain",
    event="DOMAIN.MOVE", flow=FLOW, asynchronous=False,
)  # fmt: skip
def handler(request: MoveDomain, caller: Caller) -> Item:
    """The domain is there when it answers; called again after its job failed, what was left follows."""
    top, target = Domain.require(request.domainid), Domain.require(request.parentdomainid)
    if top.parent_id is None:
        raise InvalidParameter("ROOT is above all domains and stays there; name a domain below it.")
    if target.path.startswith(top.path):
        raise InvalidParameter(f"{target.shown_path} is the domain itself or below it; choose a parent elsewhere.")
    if target.id == top.parent_id:
        if not top.moved_from:
            raise InvalidParameter(
                f"Domain {top.shown_path} is right below {target.shown_path} already; choose another."
            )
        go_on(caller, top, "moveDomain")
        return Item("domain", show_domain(top))
    parent, path = Domain.require(top.parent_id), f"{target.path}{top.name}/"
    for domain in (parent, target):
        if domain.state != "Active":
            raise closed(domain)
    refuse_unfit(branch(top), path)
    transaction = Transaction()
    start_moving(transaction, top, path, [Domain.parent_id.set(target.id)])
    transaction.update(Domain(parent.id), [Domain.children.add(-1)], parent.as_read, closed(parent))
    transaction.update(Domain(target.id), [Domain.children.add(1)], target.as_read, closed(target))
    begin(caller, transaction, top, shown_path(path), "moveDomain")
    return Item("domain", show_domain(Domain.require(top.id)))
