"""A list of 500 virtual machines costs the same however many there are."""

from __future__ import annotations

import time

import pytest

from tests.benchmarks.bench_cloud import BenchCloud
from tests.benchmarks.prices import total
from tests.benchmarks.report import Report, high, middle
from tests.benchmarks.seeding import counted, owner, seed
from tests.benchmarks.usage import CpuMeter

FEW, MANY = 1_000, 25_000
TIMES = 30
PAGE = {"listall": "true", "page": "1", "pagesize": "500"}


@pytest.fixture(scope="module")
def measured() -> dict[int, dict[str, float]]:
    """Figures by the number of machines."""
    return {}


@pytest.mark.parametrize("size", [FEW, MANY])
def test_page(cloud: BenchCloud, report: Report, measured: dict[int, dict[str, float]], size: int) -> None:
    seed(size - counted(), owner(), cloud.site.zone)
    client = cloud.client()
    for _ in range(3):
        client.listVirtualMachines(**PAGE)
    seconds = []
    with CpuMeter(cloud.control_plane) as meter:
        for _ in range(TIMES):
            begun = time.monotonic()
            found = client.listVirtualMachines(**PAGE)
            seconds.append(time.monotonic() - begun)
    assert len(found["virtualmachine"]) == 500
    assert found["count"] == size
    with cloud.counting():
        client.listVirtualMachines(**PAGE)
        counts = cloud.counted()
    figures = {
        "p50": middle(seconds), "p95": high(seconds), "requests": total(counts, "dynamodb/", "/requests"),
        "items": counts["dynamodb/items_read"], "cpu": meter.seconds / TIMES,
    }  # fmt: skip
    measured[size] = figures
    group = f"list 500 of {size:,} machines"
    report.add(group, "answer, p50", figures["p50"], "s")
    report.add(group, "answer, p95", figures["p95"], "s", "< 0.5" if size == MANY else "")
    report.add(group, "CPU of the control plane", figures["cpu"], "s")
    report.add(group, "DynamoDB requests", figures["requests"], "")
    report.add(group, "DynamoDB items read", figures["items"], "")


def test_size_of_the_cloud_does_not_matter(report: Report, measured: dict[int, dict[str, float]]) -> None:
    few, many = measured[FEW], measured[MANY]
    report.add("list 500", f"p50 of {MANY:,} against {FEW:,}", many["p50"] / few["p50"], "times", "about 1")
    report.add("list 500", f"CPU of {MANY:,} against {FEW:,}", many["cpu"] / few["cpu"], "times", "about 1")
    assert many["requests"] == few["requests"]
    assert many["items"] == few["items"]
