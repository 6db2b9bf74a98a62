"""Leases with fencing tokens: taken in the transaction that starts a job, given back in the one that ends it."""

from __future__ import annotations

from javelin.contract.errors import ApiError, ConcurrentOperation
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction


def acquire(transaction: Transaction, resource: str, owner: str, *, new: bool = False) -> int:
    """Take the lease on a resource when the transaction commits; answers the fencing token it will have.

    `new` says that the resource is being made, so nobody can hold it. The transaction fails with ConcurrentOperation if
    another job holds the lease, or took it since it was read.
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
        raise busy
    fence = int(held.fence) + 1
    condition = Lease.owner.does_not_exist() & (Lease.fence == int(held.fence))
    transaction.update(Lease(resource), [Lease.owner.set(owner), Lease.fence.set(fence)], condition, busy)
    return fence


def release(transaction: Transaction, resource: str, owner: str, otherwise: ApiError | None = None) -> None:
    """Give the lease back when the transaction commits; it fails if `owner` does not hold it (any more)."""
    lost = otherwise or ConcurrentOperation(f"Job {owner} does not hold the lease on {resource} any more.")
    transaction.update(Lease(resource), [Lease.owner.remove()], Lease.owner == owner, lost)
