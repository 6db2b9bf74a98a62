"""A domain that was moved is whole: the names that it had are free again, and all of its limit is where it is."""

from __future__ import annotations

from functions.identity._moving import MOVES, changed, moved_scope, quotas_at
from javelin.data.counters import RESOURCES
from javelin.data.record import Change
from javelin.data.records.domain import Domain
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction


def settle(transaction: Transaction, domain: Domain) -> None:
    """Nothing in the domain tells a path that it had."""
    for path in sorted(domain.moved_from or ()):
        leave(transaction, domain, path)
        for quota in quotas_at(path):
            limits: list[Change] = []
            for resource in RESOURCES:
                if rest := quota.limit(resource):
                    limits.append(getattr(Quota, f"limit_{resource}").add(rest))
                    limits.append(getattr(Quota, f"over_{resource}").add(-rest))
            transaction.delete(quota, Quota.version == quota.version, changed(domain))
            if limits:
                transaction.update(Quota(moved_scope(quota, domain.path)), limits)
    transaction.update(domain, [Domain.moved_from.remove()], otherwise=changed(domain), versioned=True)


def forget_moves(transaction: Transaction, domain: Domain) -> None:
    """What is kept of the paths that a domain had goes with it."""
    for path in sorted(domain.moved_from or ()):
        leave(transaction, domain, path)
        for quota in quotas_at(path):
            transaction.delete(quota)


def leave(transaction: Transaction, domain: Domain, path: str) -> None:
    """Free the name of a path that the domain had."""
    name = Domain.claim_name(path)
    if name.lower() != Domain.claim_name(domain.path).lower():
        transaction.release(name, domain.id, changed(domain))


def end(transaction: Transaction, domain_id: str) -> None:
    """Let another domain be moved."""
    transaction.release(MOVES, domain_id)
