"""updateDomain: change the DNS domain of the networks in a domain."""

from __future__ import annotations

from pydantic import Field

from functions.identity._domain import DomainResponse, show_domain
from functions.identity._events import tell
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.domain import Domain
from javelin.messaging.events import ANNOUNCE


class UpdateDomain(Request):
    """Changes a domain; its networks that are there stay as they are."""

    id: Uuid = Field(description="The domain")
    name: Text | None = Field(None, description="Must be its name: everything in a domain knows it by its path")
    networkdomain: Text | None = Field(None, description="DNS domain of the networks that are made in it")


@operation(
    UpdateDomain,
    roles=ROOT,
    grants=[Domain.write, *ANNOUNCE],
    answers=DomainResponse,
    object_name="domain",
    event="DOMAIN.UPDATE",
)
def handler(request: UpdateDomain, caller: Caller) -> Item:
    """The domain as it is then."""
    domain = Domain.require(request.id)
    if request.name is not None and request.name != domain.name:
        raise InvalidParameter(f"Domain {domain.name} keeps its name; make another domain, or leave name out.")
    if request.networkdomain is not None:
        if not domain.change(Domain.network_domain.set(request.networkdomain), when=Domain.id.exists()):
            raise Domain.unknown(request.id)
        domain = Domain.require(domain.id)
    tell(caller, "DOMAIN.UPDATE", f"Domain {domain.shown_path} was changed", "Domain", domain.id)
    return Item("domain", show_domain(domain))
