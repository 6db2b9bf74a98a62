"""Whether a user may sign calls with keys: its own word, else its account's, else its domain's setting."""

from __future__ import annotations

from javelin.data import settings
from javelin.data.inheritance import values_in
from javelin.data.records.account import Account
from javelin.data.records.user import User


def said_of_keys(user: User, account: Account) -> bool | None:
    """What user or account say themselves; None if they leave it to the domain."""
    return next((bool(said) for said in (user.api_key_access, account.api_key_access) if said is not None), None)


def may_use_keys(user: User, account: Account) -> bool:
    """Whether the user's keys are good for signing."""
    said = said_of_keys(user, account)
    return bool(values_in(account.domain_id, account.domain_path, settings.API_KEY_ACCESS)[0]) if said is None else said
