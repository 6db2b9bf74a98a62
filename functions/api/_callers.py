"""Who calls: by a signed request or by a session."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import cast

from functions.api._replays import require_expiry
from functions.api._signature import REFUSAL, verify
from javelin.contract.caller import Caller, RoleType
from javelin.contract.errors import SecondFactorMissing, Unauthorized
from javelin.data.fetch import Fetched, fetch
from javelin.data.key_access import may_use_keys
from javelin.data.open_projects import open_to
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.role import BUILT_IN_IDS, Role
from javelin.data.records.session import IDLE_SECONDS, Session
from javelin.data.records.user import User

LONGEST_KEY = 256
BEFORE_PROOF = frozenset({  # what a session may whose second factor is still to prove
    "listApis", "listUserTwoFactorAuthenticatorProviders", "setupUserTwoFactorAuthentication",
    "validateUserTwoFactorAuthenticationCode",
})  # fmt: skip
NO_SESSION = "unable to verify user credentials"
MOST_ACCOUNTS = 10_000  # whose roles a worker remembers
_NOBODYS_SECRET = secrets.token_urlsafe(64)
_roles_of: dict[str, str] = {}  # the roles of somebody's own making that accounts had when they last called


@dataclass(frozen=True)
class Proven:
    """Who calls, and the role that it has if that is none of the built-in ones."""

    caller: Caller
    role: Role | None = None

    def may(self, command: str, roles: Collection[str]) -> bool:
        """Whether the caller's role has a command that these built-in roles have."""
        return self.caller.role_type in roles and (self.role is None or self.role.allows(command))


def by_signature(parameters: Mapping[str, str]) -> Proven:
    """Whose key signed the request. Raises Unauthorized, in the same time whatever is wrong."""
    plain = {name.lower(): value for name, value in parameters.items()}
    require_expiry(parameters)
    name = plain.get("apikey", "")
    try:
        key = ApiKey.get(name if 0 < len(name) <= LONGEST_KEY else "-", consistent_read=True)
    except ApiKey.DoesNotExist:
        verify(parameters, plain.get("signature", ""), _NOBODYS_SECRET)
        raise Unauthorized(REFUSAL) from None
    verify(parameters, plain.get("signature", ""), key.secret.reveal())
    if key.expired:
        raise Unauthorized(REFUSAL)
    return _proven(key.user_id, key.account_id, REFUSAL, plain.get("command", ""))


def by_session(cookie_header: str, session_key: str | None, command: str = "") -> Proven:
    """Whose session it is, to make a call: cookie and session key must belong together. Raises Unauthorized.

    Raises SecondFactorMissing, and ends the session, for a command that must wait for its second factor.
    """
    cookies = read_cookies(cookie_header)
    session = find_session(cookies.get("JSESSIONID", ""))
    given = session_key or ""
    if session is None:
        raise Unauthorized(NO_SESSION)
    matches = hmac.compare_digest(digest(given), session.key_digest)
    cookie_matches = hmac.compare_digest(digest(cookies.get("sessionkey", "")), session.key_digest)
    if not (matches and cookie_matches):
        session.delete()
        raise Unauthorized(NO_SESSION)
    if session.unproved and command not in BEFORE_PROOF:
        session.delete()
        raise SecondFactorMissing("The session's second factor was not proved; log in again, and give its code first.")
    now = int(time.time())
    if session.expires - now < IDLE_SECONDS - 60 and not session.prolong(now + IDLE_SECONDS):
        raise Unauthorized(NO_SESSION)  # it was ended meanwhile
    return _proven(session.user_id, session.account_id, NO_SESSION, command, session)


def find_session(cookie: str) -> Session | None:
    """The session of a cookie's value, unless it has expired."""
    if not cookie:
        return None
    session = Session.of(digest(cookie))
    return session if session and session.expires > time.time() else None


def read_cookies(header: str) -> dict[str, str]:
    """The cookies of a request."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def digest(text: str) -> str:
    """What is kept instead of a session's secrets."""
    return hashlib.sha256(text.encode()).hexdigest()


def credential_of(user: User) -> str:
    """The digest of what is kept of the user's password: it tells whether that is still the same."""
    return digest(user.password.reveal() if user.password else "")


def _proven(user_id: str, account_id: str, refusal: str, command: str, session: Session | None = None) -> Proven:
    found = fetch([(User, user_id), (Account, account_id), (Role, _roles_of.get(account_id))])
    user: User | None = found.find(User, user_id)
    account: Account | None = found.find(Account, account_id)
    if user is None or account is None or user.state != "enabled" or account.state != "enabled":
        raise Unauthorized(refusal)
    if user.account_id != account.id:
        raise Unauthorized(refusal)  # a session from before the user moved
    if session is None and not may_use_keys(user, account):
        raise Unauthorized(refusal)
    if session is not None and session.credential != credential_of(user):
        raise Unauthorized(refusal)  # the password is not the one of the login
    caller = Caller(
        user_id=user.id, username=user.username, account_id=account.id, account=account.name,
        domain_id=account.domain_id, domain_path=account.domain_path, role_id=account.role_id,
        role_type=cast(RoleType, account.role_type), session=session.digest if session else "",
        unproved=bool(session and session.unproved),
        project_accounts=open_to(account, user, command),
    )  # fmt: skip
    return Proven(caller, _role(account, found, refusal))


def _role(account: Account, found: Fetched, refusal: str) -> Role | None:
    """The account's role unless it is built in; the one that it had at its last call came with the account."""
    if account.role_id in BUILT_IN_IDS:
        return None
    role: Role | None = found.find(Role, account.role_id) or Role.find(account.role_id)
    if role is None:
        raise Unauthorized(refusal)
    if len(_roles_of) >= MOST_ACCOUNTS:
        _roles_of.clear()
    _roles_of[account.id] = role.id
    return role
