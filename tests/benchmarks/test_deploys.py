"""How fast guests are deployed, and what one costs, with simulated hosts that take no time."""

from __future__ import annotations

import time

import pytest

from tests.benchmarks.bench_cloud import POLL, BenchCloud
from tests.benchmarks.deploys import deploy
from tests.benchmarks.prices import price, total
from tests.benchmarks.report import Report, high, middle

QUIET = 3.0  # seconds until streams and queues have told their consumers


@pytest.fixture(scope="module")
def warm(cloud: BenchCloud) -> BenchCloud:
    """The cloud after every function of a deployment has run, on as many environments as it will have."""
    deploy(cloud, 32, 16, 0.5)
    return cloud


@pytest.mark.parametrize(("together", "poll", "count"), [(1, 0.1, 20), (16, POLL, 160), (16, 0.5, 160)])
def test_deploy(warm: BenchCloud, report: Report, together: int, poll: float, count: int) -> None:
    run = deploy(warm, count, together, poll)
    group = f"{together} client{'s' if together > 1 else ''}, a look every {poll:g} s"
    recorded = run.recorded()
    report.add(group, "deploy, by the job's record, p50", middle(recorded), "s")
    report.add(group, "deploy, by the job's record, p95", high(recorded), "s")
    report.add(group, "deploy, as the client sees it, p50", middle(run.seen), "s")
    report.add(group, "deploy, as the client sees it, p95", high(run.seen), "s")
    report.add(group, "guests", run.rate, "per second", ">= 6.5" if together > 1 else "")
    report.add(group, "CPU of the control plane per guest", run.cpu_each, "s", "<= 0.2" if together > 1 else "")


def test_what_a_deploy_asks_for(warm: BenchCloud, report: Report) -> None:
    guests = 20
    time.sleep(QUIET)
    with warm.counting() as counts:
        deploy(warm, guests, 4, POLL)
        time.sleep(QUIET)
    each = {name: amount / guests for name, amount in counts.items()}
    looks = each["lambda/javelin-orchestration-query-async-job-result/invocations"]
    functions = total(each, "lambda/", "/invocations")
    group = "one deploy asks for"
    report.add(group, "state transitions", each["states/transitions"], "", "<= 10")
    report.add(group, "invocations, looks at the job apart", functions - 2 * looks, "", "<= 10")
    report.add(group, "looks at the job, two invocations each", looks, "")
    report.add(group, "commands to hosts", each["sqs/host_commands"], "", "<= 3")
    report.add(group, "DynamoDB requests", total(each, "dynamodb/", "/requests"), "")
    report.add(group, "DynamoDB items read", each["dynamodb/items_read"], "")
    report.add(group, "DynamoDB read units", each["dynamodb/read_units"], "")
    report.add(group, "DynamoDB write units", each["dynamodb/write_units"], "")
    report.add(group, "SQS requests", total(each, "sqs/", "/requests"), "")
    report.add(group, "messages on queues", total(each, "sqs/", "/messages") + each["sqs/host_commands"], "")
    report.add(group, "at AWS list prices", price(each), "US$", "<= 0.0003")
    assert each["states/transitions"] <= 10
    assert each["sqs/host_commands"] <= 3
    assert functions - 2 * looks <= 10
    assert price(each) <= 0.0003
