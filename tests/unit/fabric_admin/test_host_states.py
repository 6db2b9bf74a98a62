"""prepareHostForMaintenance, cancelHostMaintenance, declareHostAsDegraded, cancelHostAsDegraded, and updateHost beside them."""

from __future__ import annotations

from typing import Any

import pytest

from functions.compute import _capacity
from javelin.contract.errors import InsufficientCapacity
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric
from tests.unit.fabric_admin.test_physical_networks import job_result
from tests.unit.furnished.samples import absent_id

ALL = ("prepareHostForMaintenance", "cancelHostMaintenance", "declareHostAsDegraded", "cancelHostAsDegraded")


def state(fabric: Fabric, host: str) -> tuple[str, str]:
    """What the operator wants of it, and what its guests can expect."""
    record = Host.require(host)
    return record.resource_state, record.control_state


def called(fabric: Fabric, command: str, host: str) -> dict[str, Any]:
    """The host as the job shows it."""
    return job_result(fabric.cloud, fabric.cloud.call(command, id=host), "host")


def refused(fabric: Fabric, command: str, code: int, **parameters: str) -> str:
    """What the command says when it is refused."""
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call(command, **parameters)
    assert refusal.value.code == code
    return refusal.value.text


def test_a_host_is_in_maintenance_until_that_is_cancelled(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    assert called(fabric, "prepareHostForMaintenance", host)["resourcestate"] == "Maintenance"
    assert state(fabric, host) == ("Maintenance", "Maintenance")
    assert fabric.cloud.call("listHosts", resourcestate="Maintenance")["count"] == 1
    assert called(fabric, "prepareHostForMaintenance", host)["resourcestate"] == "Maintenance"
    assert called(fabric, "cancelHostMaintenance", host)["resourcestate"] == "Enabled"
    refused(fabric, "cancelHostMaintenance", 431, id=host)


def test_a_host_with_guests_or_routers_stays_as_it_is(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    Host(host).change(Host.guests.set(1))
    assert "stop them" in refused(fabric, "prepareHostForMaintenance", 536, id=host)
    Host(host).change(Host.guests.set(0))
    home = {"account_id": absent_id(), "account": "a", "domain_id": absent_id(), "domain_path": "/a/"}
    network = Network(
        absent_id("network"), name="n", display_text="n", zone_id=fabric.zone, zone_name="z1", cidr="10.1.1.0/24",
        offering_id=absent_id("offering"), gateway="10.1.1.1", netmask="255.255.255.0", network_domain="x.internal",
        dns1="9.9.9.9", router_host_id=host, **home,
    )  # fmt: skip
    network.save()
    assert network.id in refused(fabric, "prepareHostForMaintenance", 536, id=host)
    assert state(fabric, host) == ("Enabled", "Enabled")


def test_no_guest_is_promised_to_a_host_that_went_into_maintenance_since(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    seen = Host.require(host)
    called(fabric, "prepareHostForMaintenance", host)
    transaction, full = Transaction(), InsufficientCapacity("It takes no guests.")
    _capacity.promise(transaction, VirtualMachine(absent_id(), cpus=1, mhz=500, memory_mib=128), seen, full)
    with pytest.raises(InsufficientCapacity):
        transaction.commit()
    assert int(Host.require(host).guests) == 0


def test_only_its_own_command_ends_what_an_operator_wanted(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    called(fabric, "prepareHostForMaintenance", host)
    refused(fabric, "updateHost", 431, id=host, allocationstate="Enable")
    assert state(fabric, host)[0] == "Maintenance"
    assert fabric.cloud.call("updateHost", id=host, hosttags="ssd")["host"]["hosttags"] == "ssd"
    called(fabric, "cancelHostMaintenance", host)
    assert fabric.cloud.call("updateHost", id=host, allocationstate="Disable")["host"]["resourcestate"] == "Disabled"


def test_a_host_that_is_away_is_degraded_until_that_is_cancelled(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    refused(fabric, "declareHostAsDegraded", 431, id=host)
    Host(host).change(Host.state.set("Down"))
    assert called(fabric, "declareHostAsDegraded", host)["resourcestate"] == "Degraded"
    refused(fabric, "declareHostAsDegraded", 431, id=host)
    refused(fabric, "cancelHostMaintenance", 431, id=host)
    refused(fabric, "updateHost", 431, id=host, allocationstate="Enable")
    assert called(fabric, "cancelHostAsDegraded", host)["resourcestate"] == "Enabled"
    refused(fabric, "cancelHostAsDegraded", 431, id=host)


@pytest.mark.parametrize("command", ALL)
def test_a_host_that_is_not_there_is_unknown(fabric: Fabric, command: str) -> None:
    assert "Unable to find host" in refused(fabric, command, 431, id=absent_id())
