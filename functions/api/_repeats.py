"""Idempotency keys at the edge: who gives one may repeat a call that changes something without doing it twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from functions.api._catalog import Entry
from javelin.contract import explaining
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter

PARAMETER, HEADER = "idempotencykey", "idempotency-key"
KEY = re.compile(r"[\x21-\x7e]{1,128}")
# Not part of what is asked: they prove who calls, or choose the envelope.
ASIDE = frozenset({
    "signature", "signatureversion", "expires", "apikey", "sessionkey", "response", "_", PARAMETER,
})  # fmt: skip


def key_of(found: Entry, headers: Mapping[str, str], parameters: Mapping[str, str]) -> str | None:
    """The key of a call that changes something, by parameter or header. Raises InvalidParameter for one that is none.

    A call that only asks what it would do has none: the key is for the one that does it.
    """
    if not found["changes"] or explaining.asked(parameters):
        return None
    given = {value for name, value in parameters.items() if name.lower() == PARAMETER}
    if HEADER in headers:
        given.add(headers[HEADER])
    if not given:
        return None
    if len(given) > 1:
        raise InvalidParameter("The call has two idempotency keys; give one, as parameter or as header.")
    key = given.pop()
    if not KEY.fullmatch(key):
        raise InvalidParameter(
            "An idempotency key is 1 to 128 printable ASCII characters without spaces; a UUID is good."
        )
    return key


def perform(
    found: Entry, key: str, caller: Caller, parameters: Mapping[str, str], run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What `run` answers, or the first call with this key answered."""
    from javelin.sync.idempotency import once

    plain = {_lowered(name): value for name, value in parameters.items()}
    asked = {name: value for name, value in plain.items() if name not in ASIDE}
    return once(caller.account_id, key, asked, run, secret=found["secretanswer"])


def _lowered(name: str) -> str:
    """Names ignore case, the keys in a map do not."""
    bare, bracket, rest = name.partition("[")
    return bare.lower() + bracket + rest
