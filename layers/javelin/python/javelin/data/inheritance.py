"""What holds for an account or domain: its own value of a setting, or that of the domains that it is in.

A domain's value holds for its accounts, and for the domains below it, where the cloud's own settings say so.
"""

from __future__ import annotations

import functools
import time
from typing import Any, TypeVar

from javelin.contract.grants import Grant
from javelin.data.counters import domains_of
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.setting import KEPT
from javelin.data.settings import DOMAINS_INHERIT, READ_SETTINGS, Setting, values

READ_INHERITED: tuple[Grant, ...] = (READ_SETTINGS, Claim.read)

T = TypeVar("T", int, float, bool, str)


def value_for(one: Setting[T], account_id: str, domain_id: str, domain_path: str) -> T:
    """The value for an account of this domain."""
    return one.value(account=account_id, domain=with_those_above(domain_id, domain_path))


def values_in(domain_id: str, domain_path: str, *wanted: Setting[Any], account_id: str | None = None) -> list[Any]:
    """What several settings are for a domain, or an account of it, read in one request unless domains pass theirs on."""
    inherit, *own = values(DOMAINS_INHERIT, *wanted, account=account_id, domain=domain_id)
    if not inherit:
        return own
    return values(*wanted, account=account_id, domain=with_those_above(domain_id, domain_path))


def with_those_above(domain_id: str, domain_path: str) -> list[str]:
    """The domain and, where they pass their values on, those above it, the nearest first."""
    if not DOMAINS_INHERIT.value():
        return [domain_id]
    return [domain_id, *(one for one in _in_path(domain_path, int(time.monotonic() // KEPT)) if one != domain_id)]


@functools.lru_cache(maxsize=1024)
def _in_path(domain_path: str, period: int) -> tuple[str, ...]:  # noqa: ARG001 - the period makes the cache forget
    """The domains of a path, the nearest first."""
    wanted = [Domain.claim_name(path).lower() for path in reversed(["/", *domains_of(domain_path)])]
    owners = {claim.name: claim.owner for claim in Claim.batch_get(wanted)}
    return tuple(owners[name] for name in wanted if name in owners)
