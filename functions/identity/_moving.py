"""Moving a domain, or giving it another name, which moves it too: what is looked at before, and what the call itself writes.

The domain goes at once, with its limits and its name. What is in it follows, by a flow: see _following.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from functions.identity._carrying import domains_only
from functions.identity._domain import require_fits
from functions.identity._rights import closed
from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded, ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data.counters import RESOURCES
from javelin.data.record import Change, When
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain, shown_path
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction

MOST = 500  # domains at once: the call looks at each
DEEPEST = 30  # domains whose counters one record changes when it follows, and a transaction has 100 writes
MOVES = "domain that is moved"  # the claim of the one that is
MOVING: tuple[Grant, ...] = (Domain.write, Claim.write, Quota.write)


def branch(top: Domain) -> list[Domain]:
    """The domain and all below it, those above first. Raises InvalidParameter if they are too many."""
    found = [top]
    for domain in found:  # grows while it is gone through
        if len(found) + int(domain.children) > MOST:
            raise InvalidParameter(f"More than {MOST} domains would move; move those below {top.shown_path} in parts.")
        rows = Domain.load_all(row.id for row in Domain.by_parent.query(domain.id))
        below = [row for row in rows if row.parent_id == domain.id]
        if len(below) != int(domain.children):
            raise changed(top)
        found += below
    return found


def refuse_unfit(domains: Sequence[Domain], path: str) -> None:
    """Raise if the domains, the top one first, are not open or cannot be where the top one has this path."""
    top = domains[0]
    for domain in domains:
        if domain.state != "Active":
            raise closed(domain)
        after = path + domain.path.removeprefix(top.path)
        require_fits(after)
        if sum(len(side) for side in domains_only(domain.path, after)) > DEEPEST:
            raise InvalidParameter(f"Domain {domain.shown_path} is too deep to be counted anew; move it in parts.")
    _refuse_more_than_above(domains, path)


def start_moving(transaction: Transaction, top: Domain, path: str, more: Sequence[Change] = ()) -> None:
    """Have the domain be at another path, if no other is moved: those that it is only then in have room for it."""
    if (key := Claim.owner_of(MOVES)) is not None:
        moved = Domain.find(key)
        raise ResourceUnavailable(
            f"Domain {moved.shown_path if moved else key} is being moved, and one is at a time; repeat when its job has"
            " ended. If that failed, call again what began it."
        )
    transaction.claim(MOVES, top.id, ResourceUnavailable("Another domain was moved just now; repeat in some seconds."))
    _require_room(transaction, top, path)
    put_at(transaction, top, path, more)


def put_at(transaction: Transaction, domain: Domain, path: str, more: Sequence[Change] = ()) -> None:
    """Write the domain's path, if it is as it was read. Its name from before stays taken, and its limit goes along with
    what is counted: what nothing uses at once, the rest with what follows."""
    taken = InvalidParameter(f"There is a domain {shown_path(path)} already; choose another, or move that first.")
    before, after = Domain.claim_name(domain.path), Domain.claim_name(path)
    if before.lower() != after.lower():
        if Claim.owner_of(after) is not None:
            raise taken
        transaction.claim(after, domain.id, taken)
    changes = [Domain.path.set(path), Domain.moved_from.add({domain.path}), *more]
    transaction.update(domain, changes, otherwise=changed(domain), versioned=True)
    quotas = list(quotas_at(domain.path))
    if not quotas:
        transaction.check(Quota, domain.path, Quota.scope.does_not_exist(), changed(domain))
    for quota in quotas:
        _divide(transaction, quota, path, changed(domain))


def quotas_at(path: str) -> Iterator[Quota]:
    """What counts for the domain of a path: all, and by tag."""
    quota = Quota.find(path)
    if quota is not None:
        yield quota
        yield from Quota.load_all(Quota.of_tag(path, tag) for tag in quota.tagged or ())


def moved_scope(quota: Quota, path: str) -> str:
    """The key of the same at another path."""
    return Quota.of_tag(path, quota.tag) if quota.tag else path


def changed(top: Domain) -> ConcurrentOperation:
    """The error for what came between."""
    return ConcurrentOperation(f"Domain {top.shown_path}, or one below it, changes just now; look again and repeat.")


def _divide(transaction: Transaction, quota: Quota, path: str, otherwise: ConcurrentOperation) -> None:
    """The new path gets of each limit what is free, so that both together never have more than the domain may."""
    stays: list[Change] = []
    goes: dict[str, int] = {}
    for resource in RESOURCES:
        limit, used = quota.limit(resource), quota.used(resource)
        if limit is None:
            continue
        free = max(0, limit - used)
        stays += [getattr(Quota, f"limit_{resource}").set(limit - free)]
        stays += [getattr(Quota, f"over_{resource}").set(used - limit + free)]
        goes |= {f"limit_{resource}": free, f"over_{resource}": -free}
    same: When = Quota.version == quota.version
    if stays:
        transaction.update(quota, stays, same, otherwise)
    else:
        transaction.check(Quota, quota.scope, same, otherwise)
    transaction.create(Quota(moved_scope(quota, path), tagged=quota.tagged, **goes), otherwise)


def _require_room(transaction: Transaction, top: Domain, path: str) -> None:
    """The domains that it is only then in may have what it has, and what it may have is no more than they may."""
    _, after = domains_only(top.path, path)
    quotas = list(quotas_at(top.path))
    for above in after[:-1]:
        for quota in quotas:
            room: When | None = None
            for resource in RESOURCES:
                if amount := quota.used(resource):
                    limit, over = (getattr(Quota, f"{name}_{resource}") for name in ("limit", "over"))
                    enough = limit.does_not_exist() | (over <= -amount)
                    room = enough if room is None else room & enough
            if room is not None:
                transaction.check(Quota, moved_scope(quota, above), room, ResourceLimitExceeded(
                    f"The limits of domain {shown_path(above)} do not allow what {top.shown_path} has; raise them first."
                ))  # fmt: skip


def _refuse_more_than_above(domains: Sequence[Domain], path: str) -> None:
    """What a domain may have beyond what one above it may would say nothing."""
    _, after = domains_only(domains[0].path, path)
    quotas = Quota.load_all(domain.path for domain in domains)
    quotas += Quota.load_all(Quota.of_tag(quota.path, tag) for quota in quotas for tag in quota.tagged or ())
    tags = {quota.tag for quota in quotas if quota.tag}
    above = after[:-1]
    for outer in Quota.load_all([*above, *(Quota.of_tag(one, tag) for one in above for tag in tags)]):
        for inner in (quota for quota in quotas if quota.tag == outer.tag):
            for resource, about in RESOURCES.items():
                most, limit = inner.limit(resource), outer.limit(resource)
                if most is not None and limit is not None and most > limit:
                    raise InvalidParameter(
                        f"Domain {shown_path(outer.path)} may have {limit // about.unit} {resource}, and"
                        f" {shown_path(inner.path)} {most // about.unit}; lower that by updateResourceLimit first."
                    )
