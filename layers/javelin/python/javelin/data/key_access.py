"""Whether a user may sign calls with keys: its own word, else its account's, else its domain's setting."""

from __future__ import annotations

from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.user import User


def may_use_keys(user: User, account: Account) -> bool:
    """Whether the user's keys are good for signing."""
    for said in (user.api_key_access, account.api_key_access):
        if said is not None:
            return bool(said)
    return settings.API_KEY_ACCESS.value(domain=account.domain_id)
