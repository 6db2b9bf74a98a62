"""API keys: made from the system's randomness, one pair to a user."""

from __future__ import annotations

import secrets

from pydantic import Field

from javelin.contract.responses import Response
from javelin.contract.secret import Secret
from javelin.data.records.api_key import ApiKey
from javelin.data.records.user import User

KEY_BYTES = 64


class KeysResponse(Response):
    """A key pair to sign requests with."""

    apikey: str | None = Field(None, description="The public half, that names the user")
    secretkey: Secret | None = Field(None, description="The secret half, that signs; keep it safe")
    apikeyaccess: bool = Field(True, description="Whether keys may be used")


def new_key(user: User) -> ApiKey:
    """A fresh pair for the user, not stored yet."""
    return ApiKey(
        secrets.token_urlsafe(KEY_BYTES), secret=Secret(secrets.token_urlsafe(KEY_BYTES)), user_id=user.id,
        account_id=user.account_id,
    )  # fmt: skip
