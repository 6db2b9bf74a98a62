"""revokeHostKeys: what a bridge whose keys are known to others can do no longer."""

from __future__ import annotations

import pytest

from functions.fabric_monitoring import _sender
from javelin.contract.errors import ResourceUnavailable
from javelin.data.records.host import Host
from javelin.messaging import hosts
from javelin.messaging.host_commands import DestroyDomain
from javelin.messaging.reports import HostAlert
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Bridge, Fabric
from tests.unit.fabric_monitoring.world import World

ALERT = HostAlert(subject="s", text="t")


def revoke(fabric: Fabric, host: str) -> str:
    """Revoke and forget what workers keep; answers the new token."""
    shown = fabric.cloud.call("revokeHostKeys", id=host)["host"]
    assert shown["state"] == "Disconnected"
    _sender._known_key.cache_clear()
    hosts._command_key.cache_clear()
    token: str = shown["details"]["enrolment.token"]
    return token


def test_nothing_in_its_name_is_believed_or_sent(fabric: Fabric) -> None:
    world = World(fabric)
    host, other = world.hosts
    revoke(fabric, host)
    assert world.bridges[host].credentials()["status"] == 401
    assert world.ear.heard() == [("HOST.KEYS.REVOKE", "WARN"), ("HOST.CREDENTIALS.REFUSED", "ERROR")]
    assert world.beat(host)
    assert world.report(host, ALERT)
    assert world.ear.heard() == [("HOST.REPORT.REFUSED", "ERROR")] * 2
    assert Host.require(host).state == "Disconnected"
    with pytest.raises(ResourceUnavailable, match="enrol one"):
        hosts.send(DestroyDomain(domain=host), host=host, command_id=host, resource=host, fence=1)
    assert world.report(other, ALERT)
    assert world.ear.heard() == [("HOST.ALERT", "WARN")]


def test_the_host_enrols_anew_and_the_old_bridge_stays_out(fabric: Fabric) -> None:
    host, old = fabric.enrolled()
    token, new = revoke(fabric, host), Bridge()
    assert new.enrol(token)["status"] == 200
    assert new.identity["host"] == host
    assert new.identity["command_key"] != old.identity["command_key"]
    assert Host.require(host).state == "Up"
    assert (new.credentials()["status"], old.credentials()["status"]) == (200, 401)
    assert Bridge().enrol(token)["status"] == 401


def test_a_token_that_was_given_before_is_no_longer_good(fabric: Fabric) -> None:
    waiting = fabric.add_host()
    revoke(fabric, waiting["id"])
    assert Bridge().enrol(waiting["details"]["enrolment.token"])["status"] == 401


def test_a_deleted_host_is_nobody(fabric: Fabric) -> None:
    world = World(fabric)
    host = world.hosts[0]
    fabric.cloud.call("deleteHost", id=host)
    _sender._known_key.cache_clear()
    assert world.bridges[host].credentials()["status"] == 401
    world.ear.heard()
    assert world.report(host, ALERT)
    assert world.ear.heard() == [("HOST.REPORT.REFUSED", "ERROR")]


def test_a_host_that_is_not_there_is_not_found(fabric: Fabric) -> None:
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call("revokeHostKeys", id=fabric.zone)
    assert refusal.value.code == 431
