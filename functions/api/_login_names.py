"""Who is meant by the name and domain that somebody logs in with."""

from __future__ import annotations

from uuid import UUID

from javelin.contract.errors import Unauthorized
from javelin.contract.grants import Grant
from javelin.data.indexes import related
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.user import User

NO_DOMAIN = "unable to verify user credentials: domainid is not the id of a domain"
READ_USERS: tuple[Grant, ...] = (Claim.read, Domain.read, User.read, Account.read)


def domain_of(path: str | None, domain_id: str | None = None) -> str | None:
    """The id of the domain that is named by its id, or by its path, ROOT if by neither; None for a path of none.

    Raises Unauthorized for an id of none.
    """
    if domain_id:
        try:
            wanted = str(UUID(domain_id))
        except ValueError:
            raise Unauthorized(NO_DOMAIN) from None
        if Domain.find(wanted) is None:
            raise Unauthorized(NO_DOMAIN)
        return wanted
    inner = (path or "").strip("/")
    return Claim.owner_of(Domain.claim_name(f"/{inner}/")) if inner else ROOT_DOMAIN


def user_of_email(domain_id: str | None, email: str) -> tuple[User, Account] | None:
    """The one user of the domain who has this address, with its account, if both are enabled; of several, none."""
    ids = {one for text in {email, email.lower()} for one in related(User.by_email, text, None)}
    found = [user for user in User.load_all(sorted(ids)) if user.domain_id == domain_id]
    account = Account.find(found[0].account_id) if len(found) == 1 else None
    return (found[0], account) if account and found[0].state == account.state == "enabled" else None


def user_named(domain_id: str | None, username: str) -> tuple[User, Account] | None:
    """The user of this name, with its account, if both are enabled."""
    user = User.find(Claim.owner_of(User.claim_name(domain_id or "-", username)) or "-")
    account = Account.find(user.account_id if user else "-")  # as many reads for nobody as for somebody
    return (user, account) if user and account and user.state == account.state == "enabled" else None
