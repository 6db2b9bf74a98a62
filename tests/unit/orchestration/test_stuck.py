"""A job that got stuck keeps its resource, and says so to everybody who wants to change it."""

from __future__ import annotations

import pytest

from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction
from javelin.flow import stuck
from javelin.sync import lease
from tests.cloud import Cloud
from tests.unit.site import build


def test_a_stuck_resource_tells_why_and_what_to_do(cloud: Cloud) -> None:
    site = build(cloud)
    job = site.job("Network", site.network().id)
    for _ in range(2):
        stuck.end(Job.require(job.id), 530, "The router did not come up.")
    ended = Job.require(job.id)
    assert (int(ended.status), str(ended.error)) == (JobStatus.FAILED, "Stuck")
    assert ended.open_shard is None
    with pytest.raises(ConcurrentOperation) as refusal:
        lease.acquire(Transaction(), str(job.resource_id), "another")
    assert f"Job {job.id} got stuck" in refusal.value.text
    assert "The router did not come up. Resume the job" in refusal.value.text


def test_a_released_lease_is_not_stuck_any_more(cloud: Cloud) -> None:
    site = build(cloud)
    job = site.job("Network", site.network().id)
    resource = str(job.resource_id)
    assert lease.mark_stuck(resource, job.id, "why")
    assert not lease.mark_stuck(resource, "another", "why")
    transaction = Transaction()
    lease.release(transaction, resource, job.id)
    transaction.commit()
    free = Lease.get(resource)
    assert free.owner is None
    assert free.stuck is None
    assert lease.acquire(Transaction(), resource, "another") == 2


def test_a_busy_resource_says_to_wait(cloud: Cloud) -> None:
    site = build(cloud)
    job = site.job("Network", site.network().id)
    with pytest.raises(ConcurrentOperation, match="wait until it has ended"):
        lease.acquire(Transaction(), str(job.resource_id), "another")
