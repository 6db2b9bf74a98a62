"""Settings: what an operator may change while the cloud runs, each with its type, default and scopes.

Read one by its constant: `settings.CPU_OVERCOMMIT.value(cluster=cluster.id)`. The most specific value holds. A change is
seen everywhere within five seconds.
"""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.records.configuration import Configuration

READ_SETTINGS: Grant = Configuration.read
KEPT = 5  # seconds that a worker keeps what it read
SCOPES = ("account", "domain", "storage", "cluster", "zone")  # the most specific first

T = TypeVar("T", int, float, bool, str)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A setting; `scopes` are the parts of the cloud that may have a value of their own, besides the whole cloud.

    `low` and `high` bound numbers. `static` settings hold for what is made after the change. `protects` are those that
    keep tenants from each other: none of them changes its own.
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

    def value(self, **parts: str | None) -> T:
        """The value that holds for these parts: cluster=<id>, zone=<id> ... ."""
        keys: list[str] = [
            _key(self.name, scope, parts[scope]) for scope in SCOPES if scope in self.scopes and parts.get(scope)
        ]
        stored = _read((*keys, self.name), int(time.monotonic() // KEPT))
        return self.default if stored is None else self.read(stored)

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


CPU_OVERCOMMIT = Setting(
    "cpu.overprovisioning.factor", 1.0, "Advanced", "How many times the CPU of a cluster's hosts may be promised",
    ("cluster",), low=0.1, high=100,
)  # fmt: skip
MEMORY_OVERCOMMIT = Setting(
    "mem.overprovisioning.factor", 1.0, "Advanced", "How many times the memory of a cluster's hosts may be promised",
    ("cluster",), low=0.1, high=10,
)  # fmt: skip
STORAGE_OVERCOMMIT = Setting(
    "storage.overprovisioning.factor", 2.0, "Storage", "How many times the bytes of a pool may be promised to volumes",
    ("storage", "zone"), low=0.1, high=100,
)  # fmt: skip
EXPUNGE_DELAY = Setting(
    "expunge.delay", 86400, "Advanced", "Seconds that a destroyed virtual machine can be recovered", high=31 * 86400
)
INTERNAL_SITES = Setting(
    "secstorage.allowed.internal.sites", "", "Advanced",
    "Networks inside the operator's own that templates may be downloaded from, comma-separated: 10.1.0.0/16",
)  # fmt: skip
MOST_TEMPLATE_GIB = Setting(
    "max.template.iso.size", 50, "Advanced", "GiB that the download of a template may have", low=1, high=1024
)
ENFORCED = Setting(
    "enforce.post.requests.and.timestamps", False, "Advanced",
    "Whether what changes something must come by POST, and signed calls must expire within 15 minutes and are taken once",
)  # fmt: skip
THROTTLING = Setting("api.throttling.enabled", True, "Advanced", "Whether an account may make only so many calls")
THROTTLING_SECONDS = Setting(
    "api.throttling.interval", 10, "Advanced", "Seconds in which an account's calls are counted", low=1, high=3600
)
THROTTLING_MOST = Setting("api.throttling.max", 1000, "Advanced", "Calls that an account may make in that time", low=1)
FEW_JOBS = 20  # that every account may have: the setting is not looked at before
MOST_JOBS = Setting(
    "max.account.jobs", 200, "Advanced", "Jobs of an account that may be under way at the same time", ("account",),
    low=FEW_JOBS, high=10_000, protects=True,
)  # fmt: skip

_ALL: tuple[Setting[Any], ...] = (
    CPU_OVERCOMMIT, MEMORY_OVERCOMMIT, STORAGE_OVERCOMMIT, EXPUNGE_DELAY, INTERNAL_SITES, MOST_TEMPLATE_GIB,
    ENFORCED, THROTTLING, THROTTLING_SECONDS, THROTTLING_MOST, MOST_JOBS,
)  # fmt: skip
SETTINGS: dict[str, Setting[Any]] = {one.name: one for one in sorted(_ALL, key=lambda one: one.name)}


def setting(name: str) -> Setting[Any]:
    """The setting of this name. Raises InvalidParameter."""
    found = SETTINGS.get(name.lower())
    if found is None:
        raise InvalidParameter(f"There is no setting {name}; listConfigurations shows which there are.")
    return found


def change(one: Setting[Any], text: str, scope: str | None = None, part: str | None = None) -> None:
    """Keep a value for the whole cloud or a part of it. Raises InvalidParameter for what the setting does not take."""
    value = one.text(one.read(text))
    if scope is not None and scope not in one.scopes:
        allowed = ", ".join(one.scopes) or "the whole cloud only"
        raise InvalidParameter(f"{one.name} has no value for one {scope}; it has for: {allowed}.")
    Configuration(_key(one.name, scope, part), value=value, changed=datetime.now(UTC)).save()
    forget()


def forget() -> None:
    """Read anew what is asked next."""
    _read.cache_clear()


def _key(name: str, scope: str | None, part: str | None) -> str:
    return f"{scope}/{part}/{name}" if scope else name


@functools.lru_cache(maxsize=4096)
def _read(keys: tuple[str, ...], period: int) -> str | None:  # noqa: ARG001 - the period makes the cache forget
    """The value of the first of these keys that has one."""
    found = {item.key: item.value for item in Configuration.batch_get(keys)}
    return next((found[key] for key in keys if key in found), None)
