"""Hosts that fall silent."""

from __future__ import annotations

import time

from functions.fabric_monitoring.actions import watch_hosts
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from tests.cloud import Context
from tests.unit.fabric_monitoring.world import World


def silence(host: str, seconds: int) -> None:
    """Let a host have been silent this long."""
    HostStatus(host).update([HostStatus.seen.set(int(time.time()) - seconds)])


def test_silent_hosts_are_disconnected_then_down_and_told_once(world: World) -> None:
    first, second = world.hosts
    world.fabric.add_host("10.0.0.13")
    world.ear.heard()
    silence(first, 90)
    assert watch_hosts.handler({}, Context()) == {"Disconnected": 1, "Down": 0}
    assert watch_hosts.handler({}, Context()) == {"Disconnected": 0, "Down": 0}
    assert Host.require(first).state == "Disconnected"
    assert Host.require(first).disconnected is not None
    silence(first, 400)
    silence(second, 400)
    assert watch_hosts.handler({}, Context()) == {"Disconnected": 0, "Down": 2}
    assert watch_hosts.handler({}, Context()) == {"Disconnected": 0, "Down": 0}
    assert world.ear.heard() == [("HOST.DISCONNECT", "WARN"), ("HOST.DOWN", "ERROR"), ("HOST.DOWN", "ERROR")]
    states = {host["state"] for host in world.fabric.cloud.call("listHosts")["host"]}
    assert states == {"Down", "Connecting"}


def test_a_host_that_speaks_again_is_up(world: World) -> None:
    host = world.hosts[0]
    silence(host, 90)
    watch_hosts.handler({}, Context())
    world.beat(host)
    assert Host.require(host).state == "Up"
    assert watch_hosts.handler({}, Context()) == {"Disconnected": 0, "Down": 0}


def test_a_watch_that_looked_earlier_takes_back_nothing(world: World) -> None:
    key = world.hosts[0]
    silence(key, 400)
    seen = int(HostStatus.get(key).seen)
    earlier, later = Host.require(key), Host.require(key)
    assert watch_hosts.lose(later, "Down", seen)
    assert not watch_hosts.lose(earlier, "Disconnected", seen)
    assert Host.require(key).state == "Down"
