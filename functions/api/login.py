"""login: start a session of a user in a browser."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from functions.api._callers import digest, find_session
from javelin.contract.caller import ACCOUNT_TYPES, Caller
from javelin.contract.errors import PermissionDenied, Unauthorized
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, SecretText, Text
from javelin.contract.responses import Bare
from javelin.contract.secret import Secret
from javelin.data.passwords import password_matches
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.session import IDLE_SECONDS, Session
from javelin.data.records.user import User

WRONG = "Unable to authenticate: check the user name, the password and the domain."
NO_DOMAIN = "unable to verify user credentials: domainid is not the id of a domain"


class Login(Request):
    """Starts a session: the answer's session key and the cookies go with every later request."""

    username: Text = Field(description="The user's name")
    password: SecretText = Field(description="The user's password")
    domain: Text | None = Field(None, description="The path of the user's domain, /a/b; ROOT when left out")
    domainid: Text | None = Field(None, description="The user's domain, instead of its path")
    jsessionid: Text | None = Field(None, description="Put here by the edge: the session that the request came with")


@operation(
    Login, roles=frozenset(), post_only=True, memory=512, environment=("JAVELIN_ENDPOINT",), secret_answer=True,
    grants=[Session.write, Claim.read, Domain.read, User.read, Account.read],
)  # fmt: skip
def handler(request: Login, caller: Caller) -> Bare:
    """Whatever is wrong, the answer is the same and takes the same time."""
    user = _user(_domain_id(request), request.username)
    right = password_matches(request.password, user.password if user else None)
    account = Account.find(user.account_id) if user else None
    if not right or user is None or account is None or user.state != "enabled" or account.state != "enabled":
        raise PermissionDenied(WRONG)
    _end(request.jsessionid)
    cookie, key = secrets.token_urlsafe(32), secrets.token_urlsafe(20)
    session = Session(
        digest(cookie), key_digest=digest(key), user_id=user.id, account_id=account.id,
        credential=digest(user.password.reveal() if user.password else ""), expires=int(time.time()) + IDLE_SECONDS,
    )  # fmt: skip
    session.save()
    secure = "; Secure" if os.environ["JAVELIN_ENDPOINT"].startswith("https:") else ""
    tail = f"; HttpOnly; SameSite=Lax; Path=/client{secure}"
    cookies = {"JSESSIONID": Secret(cookie + tail), "sessionkey": Secret(key + tail)}
    return Bare(_fields(user, account, Secret(key)), cookies)


def _domain_id(request: Login) -> str | None:
    if request.domainid:
        try:
            wanted = str(UUID(request.domainid))
        except ValueError:
            raise Unauthorized(NO_DOMAIN) from None
        if Domain.find(wanted) is None:
            raise Unauthorized(NO_DOMAIN)
        return wanted
    inner = (request.domain or "").strip("/")
    return Claim.owner_of(Domain.claim_name(f"/{inner}/")) if inner else ROOT_DOMAIN


def _user(domain_id: str | None, username: str) -> User | None:
    user_id = Claim.owner_of(User.claim_name(domain_id or "-", username))
    return User.find(user_id or "-")


def _end(cookie: str | None) -> None:
    earlier = find_session(cookie or "")
    if earlier is not None:
        earlier.delete()


def _fields(user: User, account: Account, key: Secret) -> dict[str, Any]:
    fields = {
        "username": user.username, "userid": user.id, "domainid": user.domain_id, "timeout": IDLE_SECONDS,
        "account": account.name, "firstname": user.first_name, "lastname": user.last_name,
        "type": str(ACCOUNT_TYPES[account.role_type]), "timezone": user.timezone,
        "timezoneoffset": _offset(user.timezone), "registered": "false", "sessionkey": key, "is2faenabled": "false",
        "is2faverified": "true",
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def _offset(timezone: str | None) -> str | None:
    """Hours ahead of UTC, as 1.0; None for no zone or one that nobody knows."""
    try:
        offset = datetime.now(UTC).astimezone(ZoneInfo(timezone)).utcoffset() if timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return str(offset.total_seconds() / 3600) if offset is not None else None
