"""What a setting is: its type, default and scopes, and how its values are kept and found."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.records.configuration import Configuration

READ_SETTINGS: Grant = Configuration.read
WRITE_SETTINGS: Grant = Configuration.write
KEPT = 5  # seconds that a worker keeps what it read
SCOPES = ("account", "domain", "storage", "cluster", "zone")  # the most specific first

T = TypeVar("T", int, float, bool, str)
Part = str | Sequence[str] | None  # an id, or ids of which the first that has a value counts


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A setting; `scopes` are the parts of the cloud that may have a value of their own, besides the whole cloud.

    `low` and `high` bound numbers. `static` settings hold for what is made after the change. `protects` are those that
    keep tenants from each other, or their users safe: none of them changes its own. `group` and `subgroup` are of
    setting_groups.GROUPS.
    """

    name: str
    default: T
    category: str
    description: str
    scopes: tuple[str, ...] = ()
    low: float = 0
    high: float = 2**31 - 1
    static: bool = False
    protects: bool = False
    group: str = "Miscellaneous"
    subgroup: str = "Others"

    def value(self, **parts: Part) -> T:
        """The value that holds for these parts: cluster=<id>, zone=<id>, domain=<ids, the nearest first> ... ."""
        return self.of(_read(self.keys(**parts), int(time.monotonic() // KEPT)))

    def of(self, stored: str | None) -> T:
        """The value that is kept as this text; the default where none is."""
        return self.default if stored is None else self.read(stored)

    def keys(self, **parts: Part) -> tuple[str, ...]:
        """Where a value may be kept that holds for these parts, the most specific first."""
        given: dict[str, Sequence[str]] = {
            scope: _each(parts[scope]) for scope in SCOPES if parts.get(scope) and self.takes(scope)
        }
        return (*(_key(self.name, scope, part) for scope, each in given.items() for part in each), self.name)

    def takes(self, scope: str) -> bool:
        """Whether such a part may have its own value: domains have what accounts have, where those take it from them."""
        return scope in self.scopes or (scope == "domain" and "account" in self.scopes and ACCOUNTS_INHERIT.value())

    def read(self, text: str) -> T:
        """The typed value of a text. Raises InvalidParameter, saying what the setting takes."""
        kind = type(self.default)
        if kind is bool:
            if text.lower() not in ("true", "false"):
                raise InvalidParameter(f"{self.name} is true or false.")
            return kind(text.lower() == "true")
        if kind is str:
            return kind(text)
        try:
            number = kind(text)
        except ValueError:
            raise InvalidParameter(f"{self.name} is a number; {text} is none.") from None
        if not self.low <= float(number) <= self.high:
            raise InvalidParameter(f"{self.name} must be between {self.low:g} and {self.high:g}.")
        return number

    def text(self, value: T) -> str:
        """How a value is written."""
        return str(value).lower() if isinstance(value, bool) else str(value)

    @property
    def kind(self) -> str:
        """The contract's word for the type."""
        return {bool: "Boolean", int: "Number", float: "Decimal", str: "String"}[type(self.default)]


class Pattern(Setting[str]):
    """A setting that is a regular expression, or nothing."""

    def read(self, text: str) -> str:
        """The expression. Raises InvalidParameter for one that is none."""
        try:
            re.compile(text)
        except re.error as error:
            raise InvalidParameter(f"{self.name} is a regular expression; this is none: {error}.") from None
        return text


ACCOUNTS_INHERIT = Setting(
    "enable.account.settings.for.domain", False, "Advanced",
    "Whether domains may have values of what accounts have, which hold for their accounts that have none",
    group="Access", subgroup="Domains",
)  # fmt: skip
DOMAINS_INHERIT = Setting(
    "enable.domain.settings.for.child.domain", False, "Advanced",
    "Whether the values of a domain hold for the domains below that have none", group="Access", subgroup="Domains",
)  # fmt: skip


def values(*wanted: Setting[Any], **parts: Part) -> list[Any]:
    """What several settings are for the same parts, read in one request."""
    keys = {one: one.keys(**parts) for one in wanted}
    found = _read_all(tuple(key for each in keys.values() for key in each), int(time.monotonic() // KEPT))
    return [one.of(next((found[key] for key in keys[one] if key in found), None)) for one in wanted]


def change(one: Setting[Any], text: str, scope: str | None = None, part: str | None = None) -> None:
    """Keep a value for the whole cloud or a part of it. Raises InvalidParameter for what the setting does not take."""
    value = one.text(one.read(text))
    require_scope(one, scope)
    Configuration(_key(one.name, scope, part), value=value, changed=datetime.now(UTC)).save()
    forget()


def reset(one: Setting[Any], scope: str | None = None, part: str | None = None) -> None:
    """Keep no value of its own for a part of the cloud, or for the whole. Raises InvalidParameter if it has none ever."""
    require_scope(one, scope)
    Configuration(_key(one.name, scope, part)).delete()
    forget()


def forget() -> None:
    """Read anew what is asked next."""
    _read_all.cache_clear()


def require_scope(one: Setting[Any], scope: str | None) -> None:
    """Raise InvalidParameter unless such a part, or None for the whole cloud, has a value of the setting."""
    if scope is not None and not one.takes(scope):
        allowed = ", ".join(one.scopes) or "the whole cloud only"
        raise InvalidParameter(f"{one.name} has no value for one {scope}; it has for: {allowed}.")


def _each(part: Part) -> Sequence[str]:
    return (part,) if isinstance(part, str) else part or ()


def _key(name: str, scope: str | None, part: str | None) -> str:
    return f"{scope}/{part}/{name}" if scope else name


def _read(keys: tuple[str, ...], period: int) -> str | None:
    """The value of the first of these keys that has one."""
    found = _read_all(keys, period)
    return next((found[key] for key in keys if key in found), None)


@functools.lru_cache(maxsize=4096)
def _read_all(keys: tuple[str, ...], period: int) -> dict[str, str]:  # noqa: ARG001 - the period makes the cache forget
    """The values of those of these keys that have one."""
    return {item.key: item.value for item in Configuration.batch_get(keys)}
