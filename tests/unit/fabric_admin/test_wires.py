"""updateTrafficType, deleteTrafficType, addNetworkServiceProvider, deleteNetworkServiceProvider, deletePhysicalNetwork."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.fabric import Fabric
from tests.unit.fabric_admin.test_physical_networks import job_result
from tests.unit.furnished.samples import absent_id

RANGE = {"gateway": "203.0.113.1", "netmask": "255.255.255.0", "startip": "203.0.113.10", "endip": "203.0.113.12"}


@dataclass
class Wires:
    """A physical network with guests' and public traffic."""

    cloud: Cloud
    zone: str
    network: str
    guest: str
    public: str

    def types(self) -> dict[str, str]:
        """The bridge of every traffic type."""
        rows = self.cloud.call("listTrafficTypes", physicalnetworkid=self.network).get("traffictype", [])
        return {row["traffictype"]: row["kvmnetworklabel"] for row in rows}

    def providers(self) -> dict[str, dict[str, Any]]:
        """Its providers by name."""
        rows = self.cloud.call("listNetworkServiceProviders", physicalnetworkid=self.network)["networkserviceprovider"]
        return {row["name"]: row for row in rows}

    def with_range(self) -> str:
        """The id of a range of public addresses on it."""
        made: str = self.cloud.call("createVlanIpRange", physicalnetworkid=self.network, **RANGE)["vlan"]["id"]
        return made

    def with_network(self) -> None:
        """A tenant's network on it."""
        home = {"account_id": absent_id(), "account": "a", "domain_id": absent_id(), "domain_path": "/a/"}
        made = Network(
            absent_id("network"), name="n", display_text="n", zone_id=self.zone, zone_name="z1", cidr="10.1.1.0/24",
            offering_id=absent_id("offering"), gateway="10.1.1.1", netmask="255.255.255.0", network_domain="x.internal",
            dns1="9.9.9.9", physical_network_id=self.network, **home,
        )  # fmt: skip
        transaction = Transaction()
        transaction.create(made)
        transaction.commit()


@pytest.fixture
def wires(fabric: Fabric) -> Wires:
    """A physical network with guests' and public traffic."""
    cloud = fabric.cloud
    network = cloud.call("createPhysicalNetwork", name="wires", zoneid=fabric.zone)["id"]
    kinds = [
        cloud.call("addTrafficType", physicalnetworkid=network, traffictype=kind, kvmnetworklabel="br0")["id"]
        for kind in ("Guest", "Public")
    ]
    return Wires(cloud, fabric.zone, network, *kinds)


def refused(wires: Wires, command: str, code: int, **parameters: str) -> None:
    """The command is refused with this code."""
    with pytest.raises(Refused) as refusal:
        wires.cloud.call(command, **parameters)
    assert refusal.value.code == code, refusal.value.text


def test_traffic_goes_by_another_bridge_for_what_comes(wires: Wires) -> None:
    wires.with_range()
    started = wires.cloud.call("updateTrafficType", id=wires.public, kvmnetworklabel="br1")
    assert job_result(wires.cloud, started, "traffictype")["kvmnetworklabel"] == "br1"
    assert wires.types() == {"Guest": "br0", "Public": "br1"}
    (address, *_) = wires.cloud.call("listVlanIpRanges")["vlaniprange"]
    assert address["physicalnetworkid"] == wires.network
    refused(wires, "updateTrafficType", 431, id=wires.public, kvmnetworklabel="no bridge;")
    refused(wires, "updateTrafficType", 431, id=absent_id(), kvmnetworklabel="br1")


def test_public_traffic_goes_when_no_addresses_need_it(wires: Wires) -> None:
    made = wires.with_range()
    refused(wires, "deleteTrafficType", 536, id=wires.public)
    assert set(wires.types()) == {"Guest", "Public"}
    wires.cloud.call("deleteVlanIpRange", id=made)
    assert job_result(wires.cloud, wires.cloud.call("deleteTrafficType", id=wires.public), "success")
    assert set(wires.types()) == {"Guest"}
    refused(wires, "deleteTrafficType", 431, id=wires.public)


def test_guests_traffic_goes_when_no_networks_need_it(wires: Wires) -> None:
    wires.with_network()
    refused(wires, "deleteTrafficType", 536, id=wires.guest)
    Network(absent_id("network")).delete(add_version_condition=False)
    wires.cloud.call("deleteTrafficType", id=wires.guest)
    assert set(wires.types()) == {"Public"}


def test_a_provider_is_taken_off_and_brought_back(wires: Wires) -> None:
    cloud, router = wires.cloud, wires.providers()["VirtualRouter"]
    cloud.call("updateNetworkServiceProvider", id=router["id"], state="Enabled")
    refused(wires, "deleteNetworkServiceProvider", 536, id=router["id"])
    cloud.call("updateNetworkServiceProvider", id=router["id"], state="Disabled")
    cloud.call("deleteNetworkServiceProvider", id=router["id"])
    assert "VirtualRouter" not in wires.providers()
    wish = {"physicalnetworkid": wires.network, "name": "virtualrouter"}
    started = cloud.call("addNetworkServiceProvider", **wish, servicelist="dhcp,dns")
    made = job_result(cloud, started, "networkserviceprovider")
    assert (made["id"], made["state"], made["servicelist"]) == (started["id"], "Disabled", ["Dhcp", "Dns"])
    assert wires.providers()["VirtualRouter"] == made
    refused(wires, "addNetworkServiceProvider", 431, **wish)


@pytest.mark.parametrize("wrong", [{"name": "Netscaler"}, {"servicelist": "Magic"}, {"physicalnetworkid": absent_id()}])
def test_only_providers_that_exist_are_added(wires: Wires, wrong: dict[str, str]) -> None:
    wires.cloud.call("deleteNetworkServiceProvider", id=wires.providers()["VirtualRouter"]["id"])
    wish = {"physicalnetworkid": wires.network, "name": "VirtualRouter", **wrong}
    refused(wires, "addNetworkServiceProvider", 431, **wish)
    assert set(wires.providers()) == {"VpcVirtualRouter", "SecurityGroupProvider"}


def test_a_provider_stays_where_networks_are(wires: Wires) -> None:
    wires.with_network()
    refused(wires, "deleteNetworkServiceProvider", 536, id=wires.providers()["VirtualRouter"]["id"])


def test_a_physical_network_goes_when_nothing_is_on_it(wires: Wires) -> None:
    made = wires.with_range()
    refused(wires, "deletePhysicalNetwork", 536, id=wires.network)
    wires.cloud.call("deleteVlanIpRange", id=made)
    wires.with_network()
    refused(wires, "deletePhysicalNetwork", 536, id=wires.network)
    Network(absent_id("network")).delete(add_version_condition=False)
    wires.cloud.call("deletePhysicalNetwork", id=wires.network)
    assert PhysicalNetwork.find(wires.network) is None
    wires.cloud.call("createPhysicalNetwork", name="wires", zoneid=wires.zone)  # its name is free
    refused(wires, "deletePhysicalNetwork", 431, id=wires.network)
