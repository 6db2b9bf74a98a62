"""API keys: made from the system's randomness, one pair to a user; and whether they may be used."""

from __future__ import annotations

import secrets
import time

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.responses import Response
from javelin.contract.secret import Secret
from javelin.data import settings
from javelin.data.inheritance import value_for
from javelin.data.records.api_key import ApiKey
from javelin.data.records.user import User
from javelin.data.transaction import Transaction

KEY_BYTES = 64
FEWEST = 32  # characters of a key that somebody chose
DAY = 86400
ACCESS: dict[str, bool | None] = {"ENABLED": True, "DISABLED": False, "INHERIT": None}


class KeysResponse(Response):
    """A key pair to sign requests with."""

    apikey: str | None = Field(None, description="The public half, that names the user")
    secretkey: Secret | None = Field(None, description="The secret half, that signs; keep it safe")
    apikeyaccess: bool = Field(description="Whether keys may be used")


def new_key(user: User) -> ApiKey:
    """A fresh pair for the user, not stored yet."""
    return ApiKey(
        secrets.token_urlsafe(KEY_BYTES), secret=Secret(secrets.token_urlsafe(KEY_BYTES)), user_id=user.id,
        account_id=user.account_id,
    )  # fmt: skip


def chosen_key(user: User, api_key: str | None, secret: Secret | None) -> ApiKey:
    """A pair that somebody chose, not stored yet. Raises InvalidParameter unless both halves are there and long."""
    if not api_key or secret is None:
        raise InvalidParameter(
            "Keys go together: give userapikey and usersecretkey, or let registerUserKeys make both."
        )
    if min(len(api_key), len(secret.reveal())) < FEWEST:
        raise InvalidParameter(
            f"userapikey and usersecretkey have at least {FEWEST} characters, which nobody can guess."
        )
    return ApiKey(api_key, secret=secret, user_id=user.id, account_id=user.account_id)


def days_of_keys(user: User) -> int:
    """How long new keys of the user are good; 0 for as long as they are kept."""
    return value_for(settings.API_KEY_DAYS, user.account_id, user.domain_id, user.domain_path)


def replace_key(transaction: Transaction, user: User, key: ApiKey, days: int) -> None:
    """Let the user have this pair and no other, for so many days if it is not 0; the user is still to be saved."""
    key.expires = int(time.time()) + days * DAY if days else None
    taken = InvalidParameter("These keys cannot be had; choose others, or let registerUserKeys make them.")
    if key.api_key == user.api_key:
        raise taken
    transaction.create(key, taken)
    if user.api_key:
        transaction.delete(ApiKey(user.api_key))
    user.api_key = key.api_key


def read_access(caller: Caller, text: str) -> bool | None:
    """What somebody says of the use of keys. Raises InvalidParameter, and PermissionDenied for all but root."""
    if caller.role_type not in ROOT:
        raise PermissionDenied("Whether keys may be used is for the cloud's administrators; leave apikeyaccess out.")
    if text.strip().upper() not in ACCESS:
        raise InvalidParameter("apikeyaccess is Enabled, Disabled, or Inherit for what is said above.")
    return ACCESS[text.strip().upper()]


def show_access(said: bool | None) -> str:
    """ENABLED, DISABLED or INHERIT."""
    return next(word for word, meant in ACCESS.items() if meant is said)
