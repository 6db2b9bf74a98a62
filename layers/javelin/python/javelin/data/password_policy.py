"""What a domain asks of its users' passwords."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from javelin.contract.errors import InvalidParameter
from javelin.contract.secret import Secret
from javelin.data import settings
from javelin.data.inheritance import values_in

_COUNTED: tuple[tuple[settings.Setting[int], str, Callable[[str], bool]], ...] = (
    (settings.PASSWORD_LENGTH, "characters", lambda _: True),
    (settings.PASSWORD_UPPERCASE, "capital letters", str.isupper),
    (settings.PASSWORD_LOWERCASE, "small letters", str.islower),
    (settings.PASSWORD_DIGITS, "digits", str.isdigit),
    (settings.PASSWORD_SPECIAL, "characters that are neither letters nor digits", lambda one: not one.isalnum()),
)


def require_good(password: Secret, username: str, domain_id: str, domain_path: str) -> None:
    """Raise InvalidParameter, which tells all that is missing and nothing of the password, if the domain does not take it."""
    counted: list[settings.Setting[Any]] = [one for one, _, _ in _COUNTED]
    *least, pattern, with_name = values_in(
        domain_id, domain_path, *counted, settings.PASSWORD_PATTERN, settings.PASSWORD_WITH_NAME
    )
    text = password.reveal()
    missing = [
        f"at least {few} {what}"
        for few, (_, what, counts) in zip(least, _COUNTED, strict=True)
        if sum(map(counts, text)) < few
    ]
    if not with_name and username.lower() in text.lower():
        missing.append("not the user's name in it")
    if pattern and not re.fullmatch(pattern, text):
        missing.append(f"the form that {settings.PASSWORD_PATTERN.name} tells")
    if missing:
        raise InvalidParameter(f"The domain wants another password: {', '.join(missing)}.")
