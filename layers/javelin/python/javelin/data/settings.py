"""Settings: what an operator may change while the cloud runs, each with its type, default and scopes.

Read one by its constant: `settings.CPU_OVERCOMMIT.value(cluster=cluster.id)`. The most specific value holds. A change is
seen everywhere within five seconds.
"""

from __future__ import annotations

import functools
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import Any, Generic, TypeVar

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.counters import RESOURCES, UNLIMITED
from javelin.data.records.configuration import Configuration
from javelin.observability.log import logger

READ_SETTINGS: Grant = Configuration.read
KEPT = 5  # seconds that a worker keeps what it read
SCOPES = ("account", "domain", "storage", "cluster", "zone")  # the most specific first

T = TypeVar("T", int, float, bool, str)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A setting; `scopes` are the parts of the cloud that may have a value of their own, besides the whole cloud.

    `low` and `high` bound numbers. `static` settings hold for what is made after the change. `protects` are those that
    keep tenants from each other, or their users safe: none of them changes its own.
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
        return self.of(_read(self.keys(**parts), int(time.monotonic() // KEPT)))

    def keys(self, **parts: str | None) -> tuple[str, ...]:
        """Where the value may be kept that holds for these parts, the most specific first."""
        own: list[str] = [
            _key(self.name, scope, parts[scope]) for scope in SCOPES if scope in self.scopes and parts.get(scope)
        ]
        return (*own, self.name)

    def of(self, stored: str | None) -> T:
        """The value that is kept as this text; the default where none is."""
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


class Pattern(Setting[str]):
    """A setting that is a regular expression, or nothing."""

    def read(self, text: str) -> str:
        """The expression. Raises InvalidParameter for one that is none."""
        try:
            re.compile(text)
        except re.error as error:
            raise InvalidParameter(f"{self.name} is a regular expression; this is none: {error}.") from None
        return text


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
WEBHOOK_SITES = Setting(
    "webhook.allowed.internal.sites", "", "Advanced",
    "Networks inside the operator's own that webhooks may be sent to, comma-separated: 10.1.0.0/16",
)  # fmt: skip
WEBHOOK_TRIES = Setting(
    "webhook.delivery.retries", 5, "Advanced", "How often a delivery to a webhook is tried", low=1, high=8
)
WEBHOOK_SECONDS = Setting(
    "webhook.delivery.timeout", 10, "Advanced", "Seconds that a webhook may take to answer", low=1, high=20
)
WEBHOOK_KEPT = Setting(
    "webhook.deliveries.limit",
    100,
    "Advanced",
    "Deliveries of a webhook that are kept when they are over",
    low=1,
    high=500,
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
LOGIN_ATTEMPTS = Setting(
    "incorrect.login.attempts.allowed", 5, "Advanced",
    "Wrong passwords, or codes of a second factor, of one user before the others of the time are refused", low=1,
)  # fmt: skip
LOGIN_ATTEMPTS_SOURCE = Setting(
    "incorrect.login.attempts.allowed.per.address", 100, "Advanced",
    "Wrong logins from one address before the others of the time are refused; more where many call through one proxy", low=1,
)  # fmt: skip
LOGIN_SECONDS = Setting(
    "incorrect.login.interval", 900, "Advanced", "Seconds in which wrong logins are counted", low=60, high=86400
)
PASSWORD_LENGTH = Setting(
    "user.password.policy.minimum.length", 0, "Advanced", "Least characters of a password", ("domain",), high=255,
    protects=True,
)  # fmt: skip
PASSWORD_UPPERCASE = Setting(
    "user.password.policy.minimum.uppercase.letters", 0, "Advanced", "Least capital letters of a password", ("domain",),
    high=255, protects=True,
)  # fmt: skip
PASSWORD_LOWERCASE = Setting(
    "user.password.policy.minimum.lowercase.letters", 0, "Advanced", "Least small letters of a password", ("domain",),
    high=255, protects=True,
)  # fmt: skip
PASSWORD_DIGITS = Setting(
    "user.password.policy.minimum.digits", 0, "Advanced", "Least digits of a password", ("domain",), high=255,
    protects=True,
)  # fmt: skip
PASSWORD_SPECIAL = Setting(
    "user.password.policy.minimum.special.characters", 0, "Advanced",
    "Least characters of a password that are neither letters nor digits", ("domain",), high=255,
    protects=True,
)  # fmt: skip
PASSWORD_PATTERN = Pattern(
    "user.password.policy.regex", "", "Advanced", "A regular expression that a whole password fits", ("domain",),
    protects=True,
)  # fmt: skip
PASSWORD_WITH_NAME = Setting(
    "user.password.policy.allowPasswordContainingUsername", True, "Advanced",
    "Whether a password may hold the user's name", ("domain",), protects=True,
)  # fmt: skip


def limits_of(kind: str) -> dict[str, Setting[int]]:
    """The settings of what a new "account", "domain" or "project" may have, by resource."""
    return {resource: one for (owner, resource), one in _LIMITS.items() if owner == kind}


_LIMITS: dict[tuple[str, str], Setting[int]] = {
    (kind, resource): Setting(
        f"max.{kind}.{about.setting}", UNLIMITED, "Advanced",
        f"The most {about.words.replace('bytes', 'GiB')} that a {kind} made from then on may have; -1 for any number",
        low=UNLIMITED, high=2**43, static=True,
    )
    for kind in ("account", "domain", "project")
    for resource, about in RESOURCES.items()
    if (kind, resource) != ("project", "project")
}  # fmt: skip

_ALL: tuple[Setting[Any], ...] = (
    CPU_OVERCOMMIT, MEMORY_OVERCOMMIT, STORAGE_OVERCOMMIT, EXPUNGE_DELAY, INTERNAL_SITES, MOST_TEMPLATE_GIB,
    ENFORCED, THROTTLING, THROTTLING_SECONDS, THROTTLING_MOST, MOST_JOBS,
    LOGIN_ATTEMPTS, LOGIN_ATTEMPTS_SOURCE, LOGIN_SECONDS, PASSWORD_LENGTH, PASSWORD_UPPERCASE, PASSWORD_LOWERCASE,
    PASSWORD_DIGITS, PASSWORD_SPECIAL, PASSWORD_PATTERN, PASSWORD_WITH_NAME,
    *_LIMITS.values(),
    WEBHOOK_SITES, WEBHOOK_TRIES, WEBHOOK_SECONDS, WEBHOOK_KEPT,
)  # fmt: skip
SETTINGS: dict[str, Setting[Any]] = {one.name: one for one in sorted(_ALL, key=lambda one: one.name)}
_BY_SMALL_NAME = {name.lower(): one for name, one in SETTINGS.items()}


def values(*wanted: Setting[Any], **parts: str | None) -> list[Any]:
    """What several settings are for the same parts, read in one request."""
    keys = {one: one.keys(**parts) for one in wanted}
    found = _read_all(tuple(key for each in keys.values() for key in each), int(time.monotonic() // KEPT))
    return [one.of(next((found[key] for key in keys[one] if key in found), None)) for one in wanted]


def networks(one: Setting[str]) -> tuple[IPv4Network, ...]:
    """The networks that a setting names. A word that is no network names nothing."""
    found = []
    for word in filter(None, map(str.strip, one.value().split(","))):
        try:
            found.append(IPv4Network(word, strict=False))
        except ValueError:
            logger("settings").warning("not a network", setting=one.name, word=word)
    return tuple(found)


def setting(name: str) -> Setting[Any]:
    """The setting of this name. Raises InvalidParameter."""
    found = _BY_SMALL_NAME.get(name.lower())
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
    _read_all.cache_clear()


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
