"""createDomain: a new node in the tree of tenants."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import DomainResponse, require_fits, show_domain
from functions.identity._events import tell
from functions.identity._rights import DOMAIN_ROLES, clean_name, closed, governed_domain
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.quota import Quota
from javelin.data.records.sequence import Sequence
from javelin.data.settings import READ_SETTINGS
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class CreateDomain(Request):
    """Makes a domain below another."""

    name: Text = Field(description="A name that no other domain right below the same one has")
    parentdomainid: Uuid | None = Field(None, description="The domain right above; the caller's when left out")
    networkdomain: Text | None = Field(None, description="DNS domain of the networks in it")


@operation(
    CreateDomain, roles=DOMAIN_ROLES, answers=DomainResponse, object_name="domain", refuses=("domainid",),
    grants=[Domain.write, Claim.write, Sequence.write, Quota.write, READ_SETTINGS, *ANNOUNCE],
    event="DOMAIN.CREATE",
)  # fmt: skip
def handler(request: CreateDomain, caller: Caller) -> Item:
    """Its path is claimed, so that logins find it."""
    parent = governed_domain(caller, request.parentdomainid)
    name = clean_name("domain", request.name)
    domain = Domain(
        new_id(), name=name, path=f"{parent.path}{name}/", parent_id=parent.id, network_domain=request.networkdomain
    )
    require_fits(domain.path)
    transaction = Transaction()
    taken = InvalidParameter(f"There is a domain {name} below {parent.name} already; choose another name.")
    transaction.claim(Domain.claim_name(domain.path), domain.id, taken)
    transaction.create(domain)
    if limited := limits.defaults("domain"):
        transaction.create(Quota(domain.path, **limited))
    transaction.update(Domain(parent.id), [Domain.children.add(1)], parent.as_read, closed(parent))
    transaction.commit()
    tell(caller, "DOMAIN.CREATE", f"Domain {domain.shown_path} was made", "Domain", domain.id)
    return Item("domain", show_domain(domain))
