"""deleteDomain: a domain that nobody is in any more."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import DOMAIN_ROLES, governed_domain
from functions.identity._subtree import EMPTY, INACTIVE, remove
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.indexes import looked_up
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE


class DeleteDomain(Request):
    """Deletes a domain: an empty one, or with cleanup also the domains below it and all accounts with what they own."""

    id: Uuid = Field(description="The domain")
    cleanup: Flag = Field(False, description="Delete the domains below it and their accounts too")


@operation(
    DeleteDomain,
    roles=DOMAIN_ROLES,
    flow="identity/delete_domain",
    grants=[Domain.write, Dedication.read, Claim.write, Quota.write, *jobs.START_JOB, *ANNOUNCE],
    event="DOMAIN.DELETE",
)
def handler(request: DeleteDomain, caller: Caller) -> Accepted:
    """That it is empty is a condition of the transaction, so that nobody moves in meanwhile."""
    domain = governed_domain(caller, request.id)
    if domain.parent_id is None or domain.id == caller.domain_id:
        raise InvalidParameter("Neither ROOT nor your own domain can be deleted; name one below.")
    transaction = Transaction()
    occupied = ResourceInUse("The domain has accounts or domains in it; delete them first, or give cleanup=true.")
    inside = int(domain.children) or int(domain.accounts)
    if (request.cleanup and inside) or looked_up(Dedication, None, Dedication.domain_id == domain.id):
        as_wanted = (Domain.path == domain.path) if request.cleanup else EMPTY & (Domain.path == domain.path)
        otherwise = Domain.unknown(domain.id) if request.cleanup else occupied
        transaction.update(domain, [Domain.state.set(INACTIVE)], as_wanted, otherwise)
        return jobs.start(
            caller, transaction, command="deleteDomain", flow="identity/delete_domain", resource_type="Domain",
            resource_id=domain.id, event="DOMAIN.DELETE", description=f"Deleting domain {domain.shown_path}",
        )  # fmt: skip
    remove(transaction, domain, occupied)
    accepted = jobs.done(
        caller, transaction, command="deleteDomain", result={"success": True}, resource_type="Domain",
        resource_id=domain.id,
    )  # fmt: skip
    tell(caller, "DOMAIN.DELETE", f"Domain {domain.shown_path} was deleted", "Domain", domain.id)
    return accepted
