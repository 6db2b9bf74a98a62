"""Memory of the whole cloud when every function has been invoked and nothing goes on."""

from __future__ import annotations

import time

from infra.generator.declarations import COMPONENTS, functions
from tests.benchmarks.bench_cloud import BenchCloud
from tests.benchmarks.report import Report
from tests.benchmarks.usage import family, memory

MIB = 2**20
MOST = 1536 * MIB  # for all functions together
NOTHING = b'{"parameters": {}, "Records": []}'  # refused, or nothing to do, by every function alike


def test_idle(cloud: BenchCloud, report: Report) -> None:
    names = [function.function_name for component in COMPONENTS for function in functions(component)]
    client = cloud.local.aws("lambda")
    for name in names:
        client.invoke(FunctionName=name, Payload=NOTHING)["Payload"].read()
    time.sleep(5)
    used, plane = memory(cloud.everything), memory(cloud.control_plane)
    report.add("memory, idle", "functions invoked", len(names), "")
    report.add("memory, idle", "processes", len(family(cloud.everything)), "")
    report.add("memory, idle", "embedded AWS, functions, front", plane / MIB, "MiB", "< 1536")
    report.add("memory, idle", "with the bridge of all hosts", used / MIB, "MiB")
    assert plane < MOST
