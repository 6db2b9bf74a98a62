"""One simulated cloud for everything that is measured, and the report in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.benchmarks.bench_cloud import BenchCloud, library_on
from tests.benchmarks.report import Report
from tests.e2e.local_cloud import LocalCloud

HOSTS = 4
LAST = "test_memory.py"  # it invokes every function


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a benchmark."""
    for item in items:
        if item.path.parent.name == "benchmarks":
            item.add_marker(pytest.mark.benchmark)
            item.add_marker(pytest.mark.timeout(1800))
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture(scope="session")
def report() -> Iterator[Report]:
    """What was measured."""
    kept = Report()
    yield kept
    kept.show()


@pytest.fixture(scope="session")
def cloud(report: Report) -> Iterator[BenchCloud]:
    """A cloud with simulated hosts, whose tables this process can reach."""
    local = LocalCloud.new("--simulated", str(HOSTS))
    try:
        local.up()
        with library_on(local):
            yield BenchCloud(local)
    finally:
        local.remove()
