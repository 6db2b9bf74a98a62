"""updateDomain: a domain's name, and the DNS domain of the networks in it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from functions.identity._domain import DomainResponse, show_domain
from functions.identity._events import tell
from functions.identity._moving import MOVING, branch, refuse_unfit, start_moving
from functions.identity._moving_jobs import FLOW, begin, go_on
from functions.identity._rights import clean_name, closed
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.record import Change
from javelin.data.records.domain import Domain, shown_path
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class UpdateDomain(Request):
    """Changes a domain; its networks that are there stay as they are. A job has what is in it know its new name."""

    id: Uuid = Field(description="The domain")
    name: Text | None = Field(None, description="A name that no other domain right below the same one has")
    networkdomain: Text | None = Field(None, description="DNS domain of the networks that are made in it")


@operation(
    UpdateDomain, roles=ROOT, grants=[*MOVING, *jobs.START_JOB], answers=DomainResponse, object_name="domain",
    event="DOMAIN.UPDATE", flow=FLOW, asynchronous=False,
)  # fmt: skip
def handler(request: UpdateDomain, caller: Caller) -> Item:
    """The domain as it is then; called again after its job failed, what was left follows."""
    domain = Domain.require(request.id)
    name = domain.name if request.name is None else clean_name("domain", request.name)
    changes = [] if request.networkdomain is None else [Domain.network_domain.set(request.networkdomain)]
    if name != domain.name:
        _rename(caller, domain, name, changes)
        return Item("domain", show_domain(Domain.require(domain.id)))
    if changes and not domain.change(*changes, when=Domain.id.exists()):
        raise Domain.unknown(request.id)
    if request.name is not None:
        go_on(caller, domain, "updateDomain")
    domain = Domain.require(domain.id)
    tell(caller, "DOMAIN.UPDATE", f"Domain {domain.shown_path} was changed", "Domain", domain.id)
    return Item("domain", show_domain(domain))


def _rename(caller: Caller, domain: Domain, name: str, changes: Sequence[Change]) -> None:
    if domain.parent_id is None:
        raise InvalidParameter("ROOT keeps its name; leave name out.")
    parent = Domain.require(domain.parent_id)
    path = f"{parent.path}{name}/"
    refuse_unfit(branch(domain), path)
    transaction = Transaction()
    start_moving(transaction, domain, path, [Domain.name.set(name), *changes])
    transaction.check(Domain, parent.id, parent.as_read, closed(parent))
    begin(caller, transaction, domain, shown_path(path), "updateDomain")
