"""What holds for an account or domain: its own value of a setting, or that of the domains that it is in.

A domain's value holds for its accounts, and for the domains below it, where the cloud's own settings say so.
"""

from __future__ import annotations

from typing import TypeVar

from javelin.contract.grants import Grant
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.settings import DOMAINS_INHERIT, READ_SETTINGS, Setting

READ_INHERITED: tuple[Grant, ...] = (READ_SETTINGS, Claim.read)

T = TypeVar("T", int, float, bool, str)


def value_for(one: Setting[T], account_id: str, domain_id: str, domain_path: str) -> T:
    """The value for an account of this domain."""
    return one.value(account=account_id, domain=with_those_above(domain_id, domain_path))


def with_those_above(domain_id: str, domain_path: str) -> list[str]:
    """The domain and, where they pass their values on, those above it, the nearest first."""
    if not DOMAINS_INHERIT.value():
        return [domain_id]
    names = domain_path.strip("/").split("/")
    above = [Domain.claim_name("".join(f"/{name}" for name in names[:depth]) + "/") for depth in range(len(names))]
    wanted = [name.lower() for name in reversed(above)]
    owners = {claim.name: claim.owner for claim in Claim.batch_get(wanted)}
    return [domain_id, *(owners[name] for name in wanted if name in owners and owners[name] != domain_id)]
