"""Who may act for whom: a caller never gives or touches more rights than it has itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from functions.identity._look_alikes import refuse_look_alike
from javelin.contract.caller import Caller, RoleType
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.rules import Rule, includes
from javelin.data.records.account import OF_PROJECT, Account
from javelin.data.records.domain import Domain
from javelin.data.records.role import BUILT_IN_IDS, Role
from javelin.data.records.user import User

Rules = Sequence[Rule] | None
INCLUDES: dict[RoleType, frozenset[RoleType]] = {
    "Admin": frozenset({"Admin", "ResourceAdmin", "DomainAdmin", "User"}),
    "ResourceAdmin": frozenset({"ResourceAdmin", "DomainAdmin", "User"}),
    "DomainAdmin": frozenset({"DomainAdmin", "User"}),
    "User": frozenset({"User"}),
}
DOMAIN_ROLES: frozenset[RoleType] = frozenset({"Admin", "DomainAdmin"})  # who makes and deletes domains


def rules_of(role_id: str) -> Rules:
    """The rules of a role; None for a built-in one, which has all that its type has."""
    return None if role_id in BUILT_IN_IDS else Role.require(role_id).parsed


def require_includes(caller: Caller, kind: str, role_id: str) -> None:
    """Raise PermissionDenied unless the caller's rights include those of a role, which is of this type."""
    if not INCLUDES[caller.role_type].issuperset({kind}):
        raise PermissionDenied(f"Your role does not include what a {kind} may do; ask somebody whose role does.")
    if caller.role_id != role_id:
        require_rules_included(caller, kind, lambda: rules_of(role_id))


def require_rules_included(caller: Caller, kind: str, theirs: Callable[[], Rules]) -> None:
    """Raise PermissionDenied unless the caller's role allows all that these rules allow to a role of this type."""
    mine = rules_of(caller.role_id)
    if mine is not None and not includes(mine, theirs(), kind):
        raise PermissionDenied("Your role does not allow all that this role allows; ask somebody whose role does.")


def require_fits_domain(kind: str, path: str) -> None:
    """Raise InvalidParameter for the cloud's administrators outside ROOT, and for administrators of a domain in it."""
    if kind != "User" and (path == "/") == (kind == "DomainAdmin"):
        raise InvalidParameter("Administrators of a domain belong below ROOT, and those of the cloud in ROOT.")


def governed_domain(caller: Caller, domain_id: str | None) -> Domain:
    """The domain, or the caller's own. One that the caller does not govern is as if absent."""
    domain = Domain.find(domain_id or caller.domain_id)
    if domain is None or not caller.sees_domain(domain.path):
        raise Domain.unknown(domain_id or caller.domain_id)
    return domain


def closed(domain: Domain) -> PermissionDenied:
    """The error for what would come into a domain that is not open any more, or not where it was."""
    return PermissionDenied(
        f"Domain {domain.shown_path} is being deleted, was moved, or is gone; look again, or choose another."
    )


def governed_account(caller: Caller, account_id: str) -> Account:
    """An account that the caller governs or is, with rights that the caller has too."""
    account = Account.find(account_id)
    if account is None or account.of_project or not caller.sees(account.id, account.domain_path):
        raise Account.unknown(account_id)
    if account.id != caller.account_id:
        require_includes(caller, account.role_type, account.role_id)
    return account


def governed_user(caller: Caller, user_id: str) -> tuple[User, Account]:
    """A user whom the caller may change, and the user's account."""
    user = User.visible_to(caller, user_id)
    return user, governed_account(caller, user.account_id)


def own_user_or_admin(caller: Caller, user: User) -> None:
    """Raise PermissionDenied if a plain user means somebody else of its account."""
    if caller.role_type == "User" and user.id != caller.user_id:
        raise PermissionDenied("Users may change only themselves; ask the account's administrator.")


def clean_name(kind: str, name: str) -> str:
    """The name without spaces around it. Raises InvalidParameter for one that is empty, has a slash or looks like another."""
    stripped = name.strip()
    if not stripped or "/" in stripped:
        raise InvalidParameter(f"The {kind}'s name must have a visible character and no slash; choose another.")
    if kind == "account" and stripped.lower().startswith(OF_PROJECT.lower()):
        raise InvalidParameter(f"Names of accounts that begin with {OF_PROJECT} are those of projects; choose another.")
    refuse_look_alike(kind, stripped)
    return stripped
