"""Moving a domain that nobody is in: what is in the way, and what is written. All that has a path is written anew."""

from __future__ import annotations

from collections.abc import Sequence

from functions.identity._domain import require_fits
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.counters import RESOURCES, domains_of
from javelin.data.indexes import looked_up
from javelin.data.record import When
from javelin.data.records.claim import Claim
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain, shown_path
from javelin.data.records.network import SHARED, Network
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction

MOST = 24  # domains at once: the domain, two names and its limits, and a transaction has 100 writes
MOVING: tuple[Grant, ...] = (Domain.write, Claim.write, Quota.write, Dedication.read, Network.read)


def branch(top: Domain) -> list[Domain]:
    """The domain and all below it, those above first. Raises InvalidParameter if they are too many."""
    found = [top]
    for domain in found:  # grows while it is gone through
        if len(found) + int(domain.children) > MOST:
            raise InvalidParameter(f"More than {MOST} domains would move; move those below {top.shown_path} in parts.")
        rows = Domain.load_all(row.id for row in Domain.by_parent.query(domain.id))
        below = [row for row in rows if row.parent_id == domain.id]
        if len(below) != int(domain.children):
            raise _changed(top)
        found += below
    return found


def refuse_kept(domains: Sequence[Domain]) -> None:
    """Raise InvalidParameter if something that has the path of one of them would stay behind."""
    by_id = {domain.id: domain for domain in domains}
    for domain in domains:
        if int(domain.accounts):
            raise InvalidParameter(
                f"Domain {domain.shown_path} has accounts or projects, and what they own is known by the domain's path;"
                " delete them first, or make a domain and accounts anew where they shall be."
            )
    for made in Dedication.load_all(looked_up(Dedication, None, Dedication.domain_id.is_in(*by_id))):
        raise InvalidParameter(
            f"{made.kind} {made.name} is dedicated to domain {by_id[made.domain_id].shown_path}; release it first."
        )
    for network in Network.load_all(row.id for row in Network.by_shared.query(SHARED)):
        if network.domain_id in by_id:
            where = by_id[network.domain_id].shown_path
            raise InvalidParameter(f"Network {network.name} is open to domain {where}; delete it first.")


def move(transaction: Transaction, domains: Sequence[Domain], parent: Domain, target: Domain) -> None:
    """Give the domains, the top one first, their paths below the target, if they are as they were read."""
    top = domains[0]
    paths = {domain.path: target.path + domain.path.removeprefix(parent.path) for domain in domains}
    taken = InvalidParameter(
        f"There is a domain {top.name} below {target.name} already; choose another, or move that first."
    )
    if Claim.owner_of(Domain.claim_name(paths[top.path])) is not None:
        raise taken
    quotas = {quota.path: quota for quota in Quota.load_all(paths)}
    tagged = Quota.load_all(Quota.of_tag(path, tag) for path, quota in quotas.items() for tag in quota.tagged or ())
    _refuse_more_than_above([*quotas.values(), *tagged], target)
    for domain in domains:
        path = paths[domain.path]
        require_fits(path)
        also = [Domain.parent_id.set(target.id)] if domain is top else []
        transaction.update(domain, [Domain.path.set(path), *also], otherwise=_changed(top), versioned=True)
        transaction.release(Domain.claim_name(domain.path))
        transaction.claim(Domain.claim_name(path), domain.id, taken)
        if domain.path not in quotas:
            transaction.check(Quota, domain.path, Quota.scope.does_not_exist(), _changed(top))
    for quota in (*quotas.values(), *tagged):
        same: When = Quota.version == quota.version
        transaction.delete(quota, same, _changed(top))
        transaction.create(_limits_at(paths[quota.path], quota), _changed(top))


def _limits_at(path: str, quota: Quota) -> Quota:
    """What a domain of which nothing is used may have, at its new path."""
    limits = {resource: limit for resource in RESOURCES if (limit := quota.limit(resource)) is not None}
    values = {f"limit_{resource}": limit for resource, limit in limits.items()}
    values |= {f"over_{resource}": -limit for resource, limit in limits.items()}
    return Quota(Quota.of_tag(path, quota.tag) if quota.tag else path, tagged=quota.tagged, **values)


def _refuse_more_than_above(quotas: Sequence[Quota], target: Domain) -> None:
    """What a domain may have beyond what one above it may would say nothing."""
    above = domains_of(target.path)
    tags = {quota.tag for quota in quotas if quota.tag}
    scopes = [*above, *(Quota.of_tag(path, tag) for path in above for tag in tags)]
    for outer in Quota.load_all(scopes):
        for inner in (quota for quota in quotas if quota.tag == outer.tag):
            for resource, about in RESOURCES.items():
                most, limit = inner.limit(resource), outer.limit(resource)
                if most is not None and limit is not None and most > limit:
                    raise InvalidParameter(
                        f"Domain {shown_path(outer.path)} may have {limit // about.unit} {resource}, and"
                        f" {shown_path(inner.path)} {most // about.unit}; lower that by updateResourceLimit first."
                    )


def _changed(top: Domain) -> ConcurrentOperation:
    return ConcurrentOperation(f"Domain {top.shown_path}, or one below it, changes just now; look again and repeat.")
