"""What a heartbeat changes: the host's status always, the host and its pools only when they are different."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.records.storage_pool import StoragePool
from javelin.messaging import pools
from javelin.messaging.events import announce, of_cloud
from javelin.messaging.reports import Heartbeat, PoolCapacity, Report
from javelin.observability.log import logger

FRESH = timedelta(seconds=120)  # older heartbeats do not show that a host lives now
WOBBLE = 0.1  # a core's MHz change with load; less than this part is no news
NEWS = 0.01  # part of a pool's size that its use must change by to be written


def hear(host: Host, report: Report, beat: Heartbeat) -> bool:
    """Keep the heartbeat; False if it is stale or came before."""
    age = datetime.now(UTC) - report.at
    if abs(age) > FRESH:
        logger("fabric_monitoring").warning("heartbeat not fresh", host=host.id, seconds=age.total_seconds())
        return False
    sizes = {pool.id: {"total": pool.total, "used": pool.used} for pool in beat.pools}
    heard = HostStatus(host.id).hear(
        report.at, HostStatus.seen.set(int(time.time())), HostStatus.started.set(beat.started.isoformat()),
        HostStatus.sequence.set(report.sequence), HostStatus.cpu_load.set(beat.cpu_load),
        HostStatus.memory_used_mib.set(beat.memory_used_mib), HostStatus.pools.set(sizes),
    )  # fmt: skip
    if heard:
        _keep_host(host, beat)
        _keep_pools(host, beat.pools)
    return heard


def remind(host: Host, beat: Heartbeat) -> None:
    """Tell the host of the pools that serve it and that it does not report: it was away when they were added."""
    known = {pool.id for pool in beat.pools}
    for pool in StoragePool.load_all(row.id for row in StoragePool.by_zone.query(host.zone_id) if row.id not in known):
        if pool.serves(host):
            pools.attach(pool, host.id)


def _keep_host(host: Host, beat: Heartbeat) -> None:
    """Bring the host Up, and write what it has if that changed."""
    changes: list[Any] = []
    told = {
        "cpus": beat.cpus, "memory_mib": beat.memory_mib, "driver": beat.driver, "accelerated": beat.accelerated,
        "hypervisor_version": beat.hypervisor,
    }  # fmt: skip
    for name, value in told.items():
        if getattr(host, name) != value:
            changes.append(getattr(Host, name).set(value))
    if abs(int(host.mhz) - beat.mhz) > WOBBLE * beat.mhz:
        changes.append(Host.mhz.set(beat.mhz))
    back = host.state in ("Connecting", "Disconnected", "Down")
    if back:
        changes += [Host.state.set("Up"), Host.disconnected.remove()]
    if changes and host.change(*changes, when=Host.state == host.state) and back:
        said = f"Host {host.name} is connected again"
        announce(of_cloud("HOST.RECONNECT", said, resource_type="Host", resource_id=host.id))


def _keep_pools(host: Host, told: tuple[PoolCapacity, ...]) -> None:
    by_id = {pool.id: pool for pool in told}
    for pool in StoragePool.load_all(by_id):
        now = by_id[pool.id]
        news = abs(int(pool.used) - now.used) > NEWS * now.total or int(pool.capacity) != now.total
        if news and pool.serves(host):
            pool.change(
                StoragePool.capacity.set(now.total), StoragePool.used.set(now.used), when=StoragePool.id.exists()
            )
