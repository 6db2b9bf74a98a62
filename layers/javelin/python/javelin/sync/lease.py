"""Leases with fencing tokens: taken in the transaction that starts a job, given back in the one that ends it."""

from __future__ import annotations

from collections.abc import Iterable

from javelin.contract import asof
from javelin.contract.errors import ApiError, ConcurrentOperation
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction


def acquire(transaction: Transaction, resource: str, owner: str, *, new: bool = False) -> int:
    """Take the lease on a resource when the transaction commits; answers the fencing token it will have.

    `new` says that the resource is being made, so nobody can hold it. Raises ConcurrentOperation if another job holds
    the lease, or is stuck at the resource; the transaction fails with it if one took it since it was read.
    """
    busy = ConcurrentOperation("Another job is at work on this; wait until it has ended, then repeat.")
    if new:
        transaction.create(Lease(resource, owner=owner, fence=1), busy)
        return 1
    try:
        held = Lease.get(resource, consistent_read=True)
    except Lease.DoesNotExist:
        transaction.create(Lease(resource, owner=owner, fence=1), busy)
        return 1
    if held.owner is not None and held.owner != owner:
        raise _stuck(held) if held.stuck else busy
    fence = int(held.fence) + 1
    condition = Lease.owner.does_not_exist() & (Lease.fence == int(held.fence))
    transaction.update(Lease(resource), [Lease.owner.set(owner), Lease.fence.set(fence)], condition, busy)
    return fence


def release(transaction: Transaction, resource: str, owner: str, otherwise: ApiError | None = None) -> None:
    """Give the lease back when the transaction commits; it fails if `owner` does not hold it (any more)."""
    lost = otherwise or ConcurrentOperation(f"Job {owner} does not hold the lease on {resource} any more.")
    transaction.update(Lease(resource), [Lease.owner.remove(), Lease.stuck.remove()], Lease.owner == owner, lost)


def holders(resources: Iterable[str]) -> dict[str, str]:
    """The jobs that are at work on resources, by resource; of the past it is not known."""
    if asof.past() is not None:
        return {}
    wanted = list(dict.fromkeys(resources))
    return {held.resource: held.owner for held in (Lease.batch_get(wanted) if wanted else ()) if held.owner}


def mark_stuck(resource: str, owner: str, reason: str) -> bool:
    """Say why the job keeps the lease though it does nothing more; False if it does not hold it."""
    transaction, lost = Transaction(), ConcurrentOperation(f"Job {owner} does not hold the lease on {resource}.")
    transaction.update(Lease(resource), [Lease.stuck.set(reason)], Lease.owner == owner, lost)
    try:
        transaction.commit()
    except ConcurrentOperation:
        return False
    return True


def refuse_stuck(resource: str) -> None:
    """Raise ConcurrentOperation, which says why and what to do, if a job got stuck at the resource."""
    for held in Lease.batch_get([resource], consistent_read=True):
        if held.stuck:
            raise _stuck(held)


def _stuck(held: Lease) -> ConcurrentOperation:
    reason = str(held.stuck).rstrip(".")
    return ConcurrentOperation(
        f"Job {held.owner} got stuck at this and nothing may change it until that is put right: {reason}. "
        f"Resume the job (resumeAsyncJob, jobid={held.owner}), or have an operator look at it."
    )


def is_last(resource: str, fence: int) -> bool:
    """Whether nobody took the lease on a resource after the one with this fencing token."""
    try:
        return int(Lease.get(resource, consistent_read=True).fence) == fence
    except Lease.DoesNotExist:
        return False
