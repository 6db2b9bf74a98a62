"""Alerts: their types, how one is made, and which ones a call is about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.parameters import EndMoment, Moment, Request, Text, UuidList
from javelin.contract.responses import Success
from javelin.data.filters import Filters
from javelin.data.lists import matching
from javelin.data.records.alert import KEEP, Alert
from javelin.data.transaction import Transaction

MEMORY, CPU, STORAGE, STORAGE_PROMISED, PUBLIC_ADDRESSES, HOST, MANAGEMENT = 0, 1, 2, 3, 4, 7, 14
TYPES = {
    MEMORY: "ALERT.MEMORY", CPU: "ALERT.CPU", STORAGE: "ALERT.STORAGE", STORAGE_PROMISED: "ALERT.STORAGE.ALLOCATED",
    PUBLIC_ADDRESSES: "ALERT.NETWORK.PUBLICIP", HOST: "ALERT.COMPUTE.HOST", 8: "ALERT.USERVM",
    MANAGEMENT: "ALERT.MANAGEMENT",
}  # fmt: skip
HOUR = 3600
MOST = 500  # alerts of a call
TOGETHER = 100  # in a transaction


class AlertSelection(Request):
    """Which alerts: those of the ids, or all of a type or a time."""

    ids: UuidList | None = Field(None, description="These alerts")
    type: Text | None = Field(None, description="Alerts of the type with this number; see listAlertTypes")
    startdate: Moment | None = Field(None, description="Alerts of then or later")
    enddate: EndMoment | None = Field(None, description="Alerts of then or earlier")


def alert(kind: int, name: str, description: str, about: str, at: datetime) -> Alert:
    """An alert. The same said of the same thing within the hour has the same id, which sorts by the hour."""
    hour = int(at.timestamp()) // HOUR * HOUR
    digest = hashlib.sha256("\n".join((str(kind), name, about, description)).encode()).digest()
    low = int.from_bytes(digest[:10], "big")
    value = hour * 1000 << 80 | 7 << 76 | (low >> 62 & 0xFFF) << 64 | 2 << 62 | low & (1 << 62) - 1
    expires = int(at.timestamp()) + KEEP
    return Alert(str(UUID(int=value)), type=kind, name=name, description=description, created=at, expires=expires)


def type_of(text: str) -> int:
    """The type of this number. Raises InvalidParameter."""
    if text.isdecimal() and int(text) in TYPES:
        return int(text)
    raise InvalidParameter(f"There is no type of alerts {text}; listAlertTypes shows those that there are.")


def apply(request: AlertSelection, change: Callable[[Transaction, Alert], None], done: str) -> Success:
    """Change the oldest of the alerts that are asked for; the answer tells when there are more than a call can do."""
    if request.ids is None and request.type is None and request.startdate is None and request.enddate is None:
        raise InvalidParameter("Say which alerts: give ids, type, startdate or enddate.")
    filters = Filters().equal("type", None if request.type is None else type_of(request.type))
    filters.between("created", request.startdate, request.enddate)
    ids = matching(Alert, filters) if request.ids is None else _there(request.ids, filters)
    for start in range(0, len(ids[:MOST]), TOGETHER):
        transaction = Transaction()
        for one in Alert.load_all(ids[start : min(start + TOGETHER, MOST)]):
            change(transaction, one)
        transaction.commit()
    if len(ids) > MOST:
        return Success(f"{MOST} of {len(ids)} alerts were {done}, the oldest; call again for the others.")
    return Success()


def _there(ids: list[str], filters: Filters) -> list[str]:
    found = {one.id: one for one in Alert.load_all(ids)}
    for key in ids:
        if key not in found:
            raise Alert.unknown(key)
    return [key for key, one in found.items() if filters.passes(one)]
