"""Settings: what an operator may change while the cloud runs, each with its type, default and scopes.

Read one by its constant: `settings.CPU_OVERCOMMIT.value(cluster=cluster.id)`. The most specific value holds. A change is
seen everywhere within five seconds.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from javelin.contract.errors import InvalidParameter
from javelin.data.capacity_settings import CAPACITY_SETTINGS
from javelin.data.counters import RESOURCES, UNLIMITED
from javelin.data.limited_tags import HOST_TAGS, STORAGE_TAGS
from javelin.data.login_settings import LOGIN_SETTINGS
from javelin.data.setting import (
    ACCOUNTS_INHERIT,
    DOMAINS_INHERIT,
    READ_SETTINGS,
    WRITE_SETTINGS,
    Pattern,
    Setting,
    change,
    forget,
    require_scope,
    reset,
    values,
)  # fmt: skip
from javelin.observability.log import logger

__all__ = [
    "ACCOUNTS_INHERIT", "DOMAINS_INHERIT", "READ_SETTINGS", "WRITE_SETTINGS", "Setting", "change", "forget", "require_scope",
    "reset", "values",
]  # fmt: skip

CPU_OVERCOMMIT = Setting(
    "cpu.overprovisioning.factor", 1.0, "Advanced", "How many times the CPU of a cluster's hosts may be promised",
    ("cluster",), low=0.1, high=100,
    group="Compute", subgroup="Capacity",
)  # fmt: skip
MEMORY_OVERCOMMIT = Setting(
    "mem.overprovisioning.factor", 1.0, "Advanced", "How many times the memory of a cluster's hosts may be promised",
    ("cluster",), low=0.1, high=10,
    group="Compute", subgroup="Capacity",
)  # fmt: skip
STORAGE_OVERCOMMIT = Setting(
    "storage.overprovisioning.factor", 2.0, "Storage", "How many times the bytes of a pool may be promised to volumes",
    ("storage", "zone"), low=0.1, high=100,
    group="Storage", subgroup="Primary Storage",
)  # fmt: skip
EXPUNGE_DELAY = Setting(
    "expunge.delay",
    86400,
    "Advanced",
    "Seconds that a destroyed virtual machine can be recovered",
    high=31 * 86400,
    group="Compute",
    subgroup="Virtual Machine",
)
INTERNAL_SITES = Setting(
    "secstorage.allowed.internal.sites", "", "Advanced",
    "Networks inside the operator's own that templates may be downloaded from, comma-separated: 10.1.0.0/16",
    group="Storage", subgroup="Images",
)  # fmt: skip
MOST_TEMPLATE_GIB = Setting(
    "max.template.iso.size",
    50,
    "Advanced",
    "GiB that the download of a template may have",
    low=1,
    high=1024,
    group="Storage",
    subgroup="Images",
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
    group="Access", subgroup="API",
)  # fmt: skip
THROTTLING = Setting(
    "api.throttling.enabled",
    True,
    "Advanced",
    "Whether an account may make only so many calls",
    group="Access",
    subgroup="API",
)
THROTTLING_SECONDS = Setting(
    "api.throttling.interval",
    10,
    "Advanced",
    "Seconds in which an account's calls are counted",
    low=1,
    high=3600,
    group="Access",
    subgroup="API",
)
THROTTLING_MOST = Setting(
    "api.throttling.max",
    1000,
    "Advanced",
    "Calls that an account may make in that time",
    low=1,
    group="Access",
    subgroup="API",
)
SORT_ASCENDING = Setting(
    "sortkey.algorithm", True, "Advanced", "Whether lists that have sort keys show the lowest first; false: the highest"
)
TAGGED_OFFERINGS = Setting(
    "allow.domain.admins.to.create.tagged.offerings", False, "Advanced",
    "Whether admins of domains may make offerings that ask for tags of hosts and pools", ("account",), protects=True,
    group="Access", subgroup="Accounts",
)  # fmt: skip
API_KEY_ACCESS = Setting(
    "api.key.access", True, "Advanced", "Whether users may sign calls with keys, where neither user nor account says so",
    ("domain",), protects=True, group="Access", subgroup="API",
)  # fmt: skip
API_KEY_DAYS = Setting(
    "api.key.lifetime", 0, "Advanced", "Days that new keys of users are good for; 0 for as long as they are kept",
    ("account", "domain"), high=3650, static=True, protects=True, group="Access", subgroup="API",
)  # fmt: skip
FEW_JOBS = 20  # that every account may have: the setting is not looked at before
MOST_JOBS = Setting(
    "max.account.jobs", 200, "Advanced", "Jobs of an account that may be under way at the same time", ("account",),
    low=FEW_JOBS, high=10_000, protects=True,
    group="Management Server", subgroup="Jobs",
)  # fmt: skip
LOGIN_ATTEMPTS = Setting(
    "incorrect.login.attempts.allowed", 5, "Advanced",
    "Wrong passwords, or codes of a second factor, of one user before the others of the time are refused", low=1,
    group="Access", subgroup="Users",
)  # fmt: skip
LOGIN_ATTEMPTS_SOURCE = Setting(
    "incorrect.login.attempts.allowed.per.address", 100, "Advanced",
    "Wrong logins from one address before the others of the time are refused; more where many call through one proxy", low=1,
    group="Access", subgroup="Users",
)  # fmt: skip
LOGIN_SECONDS = Setting(
    "incorrect.login.interval", 900, "Advanced", "Seconds in which wrong logins are counted", low=60, high=86400,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_LENGTH = Setting(
    "user.password.policy.minimum.length", 0, "Advanced", "Least characters of a password", ("domain",), high=255,
    protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_UPPERCASE = Setting(
    "user.password.policy.minimum.uppercase.letters", 0, "Advanced", "Least capital letters of a password", ("domain",),
    high=255, protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_LOWERCASE = Setting(
    "user.password.policy.minimum.lowercase.letters", 0, "Advanced", "Least small letters of a password", ("domain",),
    high=255, protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_DIGITS = Setting(
    "user.password.policy.minimum.digits", 0, "Advanced", "Least digits of a password", ("domain",), high=255,
    protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_SPECIAL = Setting(
    "user.password.policy.minimum.special.characters", 0, "Advanced",
    "Least characters of a password that are neither letters nor digits", ("domain",), high=255,
    protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_PATTERN = Pattern(
    "user.password.policy.regex", "", "Advanced", "A regular expression that a whole password fits", ("domain",),
    protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
PASSWORD_WITH_NAME = Setting(
    "user.password.policy.allowPasswordContainingUsername", True, "Advanced",
    "Whether a password may hold the user's name", ("domain",), protects=True,
    group="Access", subgroup="Users",
)  # fmt: skip
USERS_CREATE_PROJECTS = Setting(
    "allow.user.create.projects", True, "Advanced", "Whether users who administer nothing may make projects"
)
INVITATIONS = Setting(
    "project.invite.required", False, "Advanced", "Whether who is added to a project must agree first"
)
INVITATION_TIME = Setting(
    "project.invite.timeout", 86_400_000, "Advanced", "Milliseconds in which an invitation into a project can be answered",
    low=1000, static=True,
)  # fmt: skip


def limits_of(kind: str) -> dict[str, Setting[int]]:
    """The settings of what a new "account", "domain" or "project" may have, by resource."""
    return {resource: one for (owner, resource), one in _LIMITS.items() if owner == kind}


_LIMITS: dict[tuple[str, str], Setting[int]] = {
    (kind, resource): Setting(
        f"max.{kind}.{about.setting}", UNLIMITED, "Advanced",
        f"The most {about.words.replace('bytes', 'GiB')} that a {kind} made from then on may have; -1 for any number",
        low=UNLIMITED, high=2**43, static=True, group="Access", subgroup=f"{kind.capitalize()}s",
    )
    for kind in ("account", "domain", "project")
    for resource, about in RESOURCES.items()
    if (kind, resource) != ("project", "project")
}  # fmt: skip

_ALL: tuple[Setting[Any], ...] = (
    CPU_OVERCOMMIT, MEMORY_OVERCOMMIT, STORAGE_OVERCOMMIT, EXPUNGE_DELAY, INTERNAL_SITES, MOST_TEMPLATE_GIB,
    SORT_ASCENDING, TAGGED_OFFERINGS,
    API_KEY_ACCESS, API_KEY_DAYS, ENFORCED, THROTTLING, THROTTLING_SECONDS, THROTTLING_MOST, MOST_JOBS,
    ACCOUNTS_INHERIT, DOMAINS_INHERIT,
    LOGIN_ATTEMPTS, LOGIN_ATTEMPTS_SOURCE, LOGIN_SECONDS, PASSWORD_LENGTH, PASSWORD_UPPERCASE, PASSWORD_LOWERCASE,
    PASSWORD_DIGITS, PASSWORD_SPECIAL, PASSWORD_PATTERN, PASSWORD_WITH_NAME,
    *_LIMITS.values(), HOST_TAGS, STORAGE_TAGS, USERS_CREATE_PROJECTS, INVITATIONS, INVITATION_TIME,
    *LOGIN_SETTINGS, *CAPACITY_SETTINGS,
    WEBHOOK_SITES, WEBHOOK_TRIES, WEBHOOK_SECONDS, WEBHOOK_KEPT,
)  # fmt: skip
SETTINGS: dict[str, Setting[Any]] = {one.name: one for one in sorted(_ALL, key=lambda one: one.name)}
_BY_SMALL_NAME = {name.lower(): one for name, one in SETTINGS.items()}


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


def forget_part(scope: str, part: str) -> None:
    """Forget what an account, domain ... that is no more had of its own."""
    for one in SETTINGS.values():
        if one.takes(scope):
            reset(one, scope, part)
