"""The moment that a call asks about: with `asof=<time>` whatever reads the cloud's records reads them as they were then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant, arn
from javelin.discovery.names import PREFIX

PARAMETER = "asof"
LAST = 999_999  # microsecond of a second: answers tell times without, and a second is asked about at its end
_TABLE = arn("dynamodb", f"table/{PREFIX}-History")
GRANT = Grant(("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"), (_TABLE, f"{_TABLE}/index/*"))


@dataclass
class Past:
    """A moment, and whether anything was looked up as it was then."""

    moment: datetime
    used: bool = False


_current: ContextVar[Past | None] = ContextVar("asof", default=None)


def past() -> Past | None:
    """The past that is asked about; None for the present."""
    return _current.get()


@contextmanager
def at(moment: datetime | None) -> Iterator[Past | None]:
    """Look at the cloud as it was at a moment; None for as it is."""
    asked = None if moment is None else Past(moment)
    before = _current.set(asked)
    try:
        yield asked
    finally:
        _current.reset(before)


def asked(parameters: Mapping[str, str], read: Callable[[str], datetime]) -> datetime | None:
    """The moment that a call asks about, which `read` makes of a text. Raises InvalidParameter for one that has not come."""
    text = next((value for name, value in parameters.items() if name.lower() == PARAMETER and value), None)
    if text is None:
        return None
    try:
        moment = read(text)
    except ValueError as error:
        raise InvalidParameter(f"Unable to read parameter {PARAMETER} as date: {error}.") from None
    if moment > datetime.now(UTC):
        raise InvalidParameter(f"{PARAMETER} is a time that has not come yet; give one that has passed.")
    return moment if moment.microsecond else moment.replace(microsecond=LAST)
