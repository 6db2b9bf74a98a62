"""Replays: a signed call that changes something or shows a secret is taken once, as long as its expiry lets it live.

Without an expiry (signature version 1) a call is good for ever, as CloudStack has it; an operator ends that by the setting
`enforce.post.requests.and.timestamps`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from functions.api._catalog import Entry
from functions.api._signature import REFUSAL, expiry_of
from javelin.contract.errors import BadRequest, Unauthorized
from javelin.data import settings
from javelin.data.records.used_signature import UsedSignature

LONGEST = timedelta(minutes=15)  # that an expiry may be ahead when it is demanded
READS = re.compile(r"(get|list|query|find|isaccountallowed)\w+")


def require_expiry(parameters: Mapping[str, str]) -> None:
    """Raise Unauthorized for a call whose expiry is past, or absent or far ahead where operators demand one."""
    now = datetime.now(UTC)
    moment = expiry_of(parameters)
    if moment is not None and moment <= now:
        raise Unauthorized(REFUSAL)
    if settings.ENFORCED.value() and (moment is None or moment > now + LONGEST):
        raise Unauthorized(f"{REFUSAL}: sign with signatureVersion=3 and expires at most 15 minutes ahead")


def require_post(command: str, parameters: Mapping[str, str], method: str) -> None:
    """Raise BadRequest where operators demand POST for what changes something, and this is not."""
    if method == "POST" or READS.fullmatch(command.lower()) or not settings.ENFORCED.value():
        return
    plain = {name.lower(): value for name, value in parameters.items()}
    if (command, plain.get("name")) != ("updateConfiguration", settings.ENFORCED.name):  # it can be taken back
        raise BadRequest(f"Send {command} by POST, so that it is in no log; only reading goes by GET here.")


def require_first(found: Entry, parameters: Mapping[str, str], source: str) -> None:
    """Note the call's signature. Raises Unauthorized if it was taken before.

    Programs that do the same twice within a second sign alike, so that a repeat from the same address is no replay yet;
    where operators demand expiries, it is.
    """
    moment = expiry_of(parameters)
    if moment is None or not (found["changes"] or found["secretanswer"]):
        return
    plain = {name.lower(): value for name, value in parameters.items()}
    signed = hashlib.sha256(f"{plain.get('apikey', '')} {plain.get('signature', '')}".encode()).hexdigest()
    used = UsedSignature(signed, source=source, expires=int(moment.timestamp()) + 1)
    if not used.note(repeatable=not settings.ENFORCED.value()):
        raise Unauthorized(f"{REFUSAL}: this call was taken already; sign it anew, with a later expires")
