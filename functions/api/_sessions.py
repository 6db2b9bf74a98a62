"""How a session starts, however somebody proved who it is."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from functions.api._callers import credential_of, digest, find_session
from javelin.contract.caller import ACCOUNT_TYPES
from javelin.contract.grants import Grant
from javelin.contract.responses import Bare
from javelin.contract.secret import Secret
from javelin.contract.telling import whose
from javelin.data import login_settings, settings
from javelin.data.records.account import Account
from javelin.data.records.session import IDLE_SECONDS, Session
from javelin.data.records.user import User
from javelin.messaging.events import ANNOUNCE, Event, announce

ENVIRONMENT = ("JAVELIN_ENDPOINT",)
START_SESSION: tuple[Grant, ...] = (Session.write, *ANNOUNCE)


def start(user: User, account: Account, earlier: str | None, source: str | None) -> Bare:
    """A session of the user, which ends the one whose cookie is `earlier`; the contract's answer to a login from `source`."""
    _end(earlier)
    factor, mandated, issuer = _second_factor(user)
    unproved = factor is not None or mandated
    cookie, key = secrets.token_urlsafe(32), secrets.token_urlsafe(20)
    session = Session(
        digest(cookie), key_digest=digest(key), user_id=user.id, account_id=account.id,
        credential=credential_of(user), expires=int(time.time()) + IDLE_SECONDS,
        unproved=unproved or None,
    )  # fmt: skip
    session.save()
    tell("USER.LOGIN", f"User {user.username} logged in from {source or 'an unknown address'}", user, account)
    tail = cookie_tail()
    cookies = {"JSESSIONID": Secret(cookie + tail), "sessionkey": Secret(key + tail)}
    asked = {
        "is2faenabled": str(unproved).lower(), "is2faverified": str(not unproved).lower(), "providerfor2fa": factor,
        "issuerfor2fa": issuer,
    }  # fmt: skip
    fields = _fields(user, account, Secret(key)) | asked
    return Bare({name: value for name, value in fields.items() if value is not None}, cookies)


def tell(kind: str, description: str, user: User, account: Account) -> None:
    """Announce what a user did about its sessions."""
    announce(
        Event(
            type=kind, description=description, **whose(account), user_id=user.id, resource_type="User",
            resource_id=user.id,
        )
    )  # fmt: skip


def cookie_tail() -> str:
    """What every cookie says besides its value: only our address gets it, only over TLS where we have that, no script."""
    secure = "; Secure" if os.environ["JAVELIN_ENDPOINT"].startswith("https:") else ""
    return f"; HttpOnly; SameSite=Lax; Path=/client{secure}"


def _second_factor(user: User) -> tuple[str | None, bool, str]:
    """The kind of factor that the user has, whether it must have one, and what its device calls this cloud."""
    allowed, mandated, issuer = settings.values(
        login_settings.SECOND_FACTOR,
        login_settings.SECOND_FACTOR_MANDATED,
        login_settings.SECOND_FACTOR_ISSUER,
        domain=user.domain_id,
    )
    return user.second_factor, user.second_factor_mandated or (allowed and mandated), issuer


def _end(cookie: str | None) -> None:
    earlier = find_session(cookie or "")
    if earlier is not None:
        earlier.delete()


def _fields(user: User, account: Account, key: Secret) -> dict[str, Any]:
    return {
        "username": user.username, "userid": user.id, "domainid": user.domain_id, "timeout": IDLE_SECONDS,
        "account": account.name, "firstname": user.first_name, "lastname": user.last_name,
        "type": str(ACCOUNT_TYPES[account.role_type]), "timezone": user.timezone,
        "timezoneoffset": _offset(user.timezone), "registered": "false", "sessionkey": key,
    }  # fmt: skip


def _offset(timezone: str | None) -> str | None:
    """Hours ahead of UTC, as 1.0; None for no zone or one that nobody knows."""
    try:
        offset = datetime.now(UTC).astimezone(ZoneInfo(timezone)).utcoffset() if timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return str(offset.total_seconds() / 3600) if offset is not None else None
