"""Capacity that is nearly all taken is told to operators: of clusters and zones, by their own settings."""

from __future__ import annotations

import pytest

from functions.events.actions import make_alerts
from functions.fabric_admin.actions import watch_capacity
from javelin.data import capacity_settings as full
from javelin.data import settings
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.messaging.events import Event
from tests.unit.fabric_admin.fabric import Fabric


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What a round tells."""
    heard: list[Event] = []
    monkeypatch.setattr(watch_capacity, "announce", lambda *events: heard.extend(events))
    return heard


def types(told: list[Event]) -> list[str]:
    """The types of a round's events."""
    told.clear()
    assert watch_capacity.run({}) == {"full": len(told)}
    return sorted(event.type for event in told)


def test_what_is_nearly_full_is_told_with_its_place(fabric: Fabric, told: list[Event]) -> None:
    host, _ = fabric.enrolled()
    assert types(told) == []
    Host.require(host).change(Host.cpu_used_mhz.add(8 * 2400 * 3 // 4), Host.memory_used_mib.add(16384 * 4 // 5))
    assert types(told) == ["CAPACITY.MEMORY"]
    (event,) = told
    assert (event.resource_type, event.resource_id, event.level) == ("Cluster", fabric.cluster, "WARN")
    assert "80% of its memory taken, more than the 75% of cluster.memory.allocated" in event.description
    settings.change(full.MEMORY_FULL, "0.9", "cluster", fabric.cluster)
    settings.change(full.CPU_FULL, "0.5")
    assert types(told) == ["CAPACITY.CPU"]


def test_pools_of_a_zone_and_its_addresses_are_the_zones(fabric: Fabric, told: list[Event]) -> None:
    for scope, place in (("zone", {}), ("cluster", {"podid": fabric.pod, "clusterid": fabric.cluster})):
        pool = fabric.cloud.call(
            "createStoragePool", name=scope, zoneid=fabric.zone, url=f"file:///{scope}", capacitybytes="500", scope=scope,
            **place,
        )["storagepool"]["id"]  # fmt: skip
        StoragePool.require(pool).change(StoragePool.allocated.add(900), StoragePool.used.add(400))
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, gateway="203.0.113.1", netmask="255.255.255.0",
                      startip="203.0.113.10", endip="203.0.113.13")  # fmt: skip
    assert types(told) == ["CAPACITY.STORAGE", "CAPACITY.STORAGE", *["CAPACITY.STORAGE.PROMISED"] * 2]
    assert sorted((event.resource_type, event.resource_id) for event in told) == sorted(
        [("Zone", fabric.zone), ("Cluster", fabric.cluster)] * 2
    )
    settings.change(full.ADDRESSES_TAKEN, "0", "zone", fabric.zone)
    assert "CAPACITY.PUBLIC.IP" not in types(told), "none of them is taken"


def test_it_is_one_alert_however_often_it_is_looked_at(fabric: Fabric, told: list[Event]) -> None:
    host, _ = fabric.enrolled()
    Host.require(host).change(Host.memory_used_mib.add(16384))
    for _ in range(3):
        types(told)
        same = told[0].model_copy(update={"at": told[0].at.replace(minute=30)})
        assert make_alerts.run([same.model_dump_json()]) == []
    (alert,) = fabric.cloud.call("listAlerts")["alert"]
    assert (alert["type"], alert["name"]) == (0, "CAPACITY.MEMORY")
