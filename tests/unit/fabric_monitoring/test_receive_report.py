"""Reports: heartbeats, alerts, and who may send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3

from javelin.data.ids import new_id
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.storage_pool import StoragePool
from javelin.data.transaction import Transaction
from javelin.discovery.clients import queue_url
from javelin.discovery.names import host_queue
from javelin.messaging.reports import HostAlert, PoolCapacity
from tests.unit.fabric_monitoring.world import World


def test_a_heartbeat_is_kept_and_writes_no_host_without_change(world: World) -> None:
    host = world.hosts[0]
    before = Host.require(host).version
    assert world.beat(host, memory_used_mib=2048, cpu_load=1.5)
    status = HostStatus.get(host)
    assert (int(status.memory_used_mib), float(status.cpu_load)) == (2048, 1.5)
    assert Host.require(host).version == before


def test_a_heartbeat_brings_a_host_up_and_tells_what_it_has_now(world: World) -> None:
    host = world.hosts[0]
    Host.require(host).change(Host.state.set("Down"), Host.disconnected.set(datetime.now(UTC)))
    assert world.beat(host, cpus=16)
    found = Host.require(host)
    assert (found.state, found.disconnected, int(found.cpus)) == ("Up", None, 16)
    assert world.ear.heard() == [("HOST.RECONNECT", "INFO")]


def test_late_and_repeated_heartbeats_change_nothing(world: World) -> None:
    host, now = world.hosts[0], datetime.now(UTC)
    assert world.beat(host, at=now, cpu_load=1.0)
    assert world.beat(host, at=now - timedelta(seconds=5), cpu_load=2.0)
    assert world.beat(host, at=now, cpu_load=3.0)
    assert world.beat(host, at=now - timedelta(hours=1), cpu_load=4.0)
    assert float(HostStatus.get(host).cpu_load) == 1.0


def test_reports_of_others_are_refused_and_announced(world: World) -> None:
    first, second = world.hosts
    alert = HostAlert(subject="s", text="t")
    assert world.report(first, alert, signer=second)
    assert world.ear.heard() == [("HOST.REPORT.REFUSED", "ERROR")]
    assert world.report(first, alert)
    assert world.ear.heard() == [("HOST.ALERT", "WARN")]


def test_what_cannot_be_read_goes_to_the_dead_letters(world: World) -> None:
    assert not world.deliver('{"host": "x"}')


def test_pools_follow_what_hosts_say_when_it_is_news(world: World) -> None:
    host = world.hosts[0]
    pool = StoragePool(new_id(), name="p", zone_id=world.fabric.zone, zone_name="z1", scope="HOST", host_id=host,
                       path="/p", capacity=1000)  # fmt: skip
    transaction = Transaction()
    transaction.create(pool)
    transaction.commit()
    world.beat(host, pools=(PoolCapacity(id=pool.id, total=10_000, used=500),))
    kept = StoragePool.require(pool.id)
    assert (int(kept.capacity), int(kept.used)) == (10_000, 500)
    world.beat(host, pools=(PoolCapacity(id=pool.id, total=10_000, used=550),))
    assert int(StoragePool.require(pool.id).used) == 500
    world.beat(world.hosts[1], pools=(PoolCapacity(id=pool.id, total=10_000, used=5000),))
    assert int(StoragePool.require(pool.id).used) == 500


def test_a_host_that_lacks_a_pool_is_told_of_it(world: World) -> None:
    first, second = world.hosts
    made = world.fabric.cloud.call("createStoragePool", name="p", zoneid=world.fabric.zone, url="file:///p")
    pool = PoolCapacity(id=made["storagepool"]["id"], total=1, used=0)
    for host in (first, second):
        boto3.client("sqs").purge_queue(QueueUrl=queue_url(host_queue(host)))
    world.beat(first, domains=())
    world.beat(second, domains=(), pools=(pool,))
    waiting = [boto3.client("sqs").receive_message(QueueUrl=queue_url(host_queue(host))) for host in (first, second)]
    assert ["Messages" in answer for answer in waiting] == [True, False]
