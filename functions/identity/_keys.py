"""API keys: made from the system's randomness, one pair to a user."""

from __future__ import annotations

import secrets

from javelin.data.records.api_key import ApiKey
from javelin.data.records.user import User

KEY_BYTES = 64


def new_key(user: User) -> ApiKey:
    """A fresh pair for the user, not stored yet."""
    return ApiKey(
        secrets.token_urlsafe(KEY_BYTES), secret=secrets.token_urlsafe(KEY_BYTES), user_id=user.id,
        account_id=user.account_id,
    )  # fmt: skip
