"""A filtered list reads what it finds, or the directory; never the machines themselves. Runs after test_lists.py's."""

from __future__ import annotations

import time

import pytest

from tests.benchmarks.bench_cloud import BenchCloud
from tests.benchmarks.prices import total
from tests.benchmarks.report import Report, high, middle
from tests.benchmarks.seeding import counted, owner, seed
from tests.benchmarks.usage import CpuMeter
from tests.many import Needle

MANY, HITS, TIMES = 25_000, 7, 10
MOST_REQUESTS = 16  # of DynamoDB for a directory of 25,000 machines, the edge's own included
NEEDLE = Needle()


@pytest.fixture(scope="module", autouse=True)
def needles(cloud: BenchCloud) -> None:
    """A cloud of at least so many machines, of which a few are looked for."""
    seed(500, owner(), cloud.site.zone, NEEDLE, HITS)
    if counted() < MANY:
        seed(MANY - counted(), owner(), cloud.site.zone)


@pytest.mark.parametrize("filtered", NEEDLE.filters())
def test_a_filter(cloud: BenchCloud, report: Report, filtered: str) -> None:
    client, wanted = cloud.client(), {"listall": "true", **NEEDLE.filters()[filtered]}
    found = client.listVirtualMachines(**wanted)
    assert found["count"] == HITS
    seconds = []
    with CpuMeter(cloud.control_plane) as meter:
        for _ in range(TIMES):
            begun = time.monotonic()
            client.listVirtualMachines(**wanted)
            seconds.append(time.monotonic() - begun)
    with cloud.counting():
        client.listVirtualMachines(**wanted)
        counts = cloud.counted()
    requests = total(counts, "dynamodb/", "/requests")
    group = f"find {HITS} of {MANY:,} machines by {filtered}"
    report.add(group, "answer, p50", middle(seconds), "s")
    report.add(group, "answer, p95", high(seconds), "s")
    report.add(group, "CPU of the control plane", meter.seconds / TIMES, "s")
    report.add(group, "DynamoDB requests", requests, "")
    report.add(group, "DynamoDB items read", counts["dynamodb/items_read"], "")
    assert requests <= MOST_REQUESTS
    assert counts["dynamodb/items_read"] < 100
