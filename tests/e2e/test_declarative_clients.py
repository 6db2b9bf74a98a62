"""Clients that are told how things shall be: they ask what is there, change what differs, and look again.

Terraform's provider is too large to be brought along, so its requests are replayed here, with the fields that it compares: what
was asked for must come back as it was asked for, or every second run would change it again. Ansible does so in test_ansible.py.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest

from infra.local.api import Row
from tests.e2e.site import Site, new_public_key, remove

USER_DATA = base64.b64encode(b"#cloud-config\n").decode()


@pytest.fixture(scope="module")
def network(site: Site) -> Any:
    """A network as Terraform makes one: gateway and netmask worked out from the range, tags by the type in lower case."""
    made = site.api.call(
        "createNetwork", name="declared", displaytext="declared", zoneid=site.zone,
        networkofferingid=site.network_offering, gateway="10.93.0.1", netmask="255.255.255.0",
        networkdomain="declared.example",
    )["network"]  # fmt: skip
    site.api.call("createTags", resourceids=made["id"], resourcetype="network", tags=[{"key": "env", "value": "test"}])
    yield made
    site.api.call("deleteNetwork", id=made["id"])
    assert site.api.rows("listNetworks", "network", id=made["id"]) == []


@pytest.fixture(scope="module")
def machine(site: Site, network: Row) -> Any:
    """A guest with all that Terraform sets."""
    site.api.call("registerSSHKeyPair", name="declared", publickey=new_public_key())
    disk = site.api.rows("listDiskOfferings", "diskoffering", name="Data")[0]
    made = site.deploy(
        name="declared", displayname="Declared", networkids=network["id"], rootdisksize=3, diskofferingid=disk["id"],
        group="declared", keypair="declared", userdata=USER_DATA, startvm="true", details={"note": "x"}, keyboard="de",
    )  # fmt: skip
    tags = [{"key": "role", "value": "web"}]
    site.api.call("createTags", resourceids=made["id"], resourcetype="userVm", tags=tags)
    yield made
    remove(site, made)
    site.api.call("deleteSSHKeyPair", name="declared")


def test_a_network_comes_back_as_it_was_asked_for(site: Site, network: Row) -> None:
    (row,) = site.api.rows("listNetworks", "network", id=network["id"])
    wanted = {
        "name": "declared", "displaytext": "declared", "cidr": "10.93.0.0/24", "gateway": "10.93.0.1",
        "netmask": "255.255.255.0", "networkdomain": "declared.example", "networkofferingid": site.network_offering,
        "zoneid": site.zone,
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert {tag["key"]: tag["value"] for tag in row["tags"]} == {"env": "test"}
    assert not {"vpcid", "aclid", "projectid"} & row.keys()
    assert row["networkofferingname"]
    assert row["zonename"]


def test_an_update_of_nothing_changes_nothing(site: Site, network: Row) -> None:
    before = site.api.rows("listNetworks", "network", id=network["id"])
    site.api.call("updateNetwork", id=network["id"])
    assert site.api.rows("listNetworks", "network", id=network["id"]) == before


def test_a_guest_comes_back_as_it_was_asked_for(site: Site, network: Row, machine: Row) -> None:
    row = site.machine(machine["id"])
    assert row is not None
    assert (row["name"], row["displayname"], row["group"]) == ("declared", "Declared", "declared")
    assert (row["serviceofferingid"], row["templateid"], row["zoneid"]) == (site.offering, site.template, site.zone)
    assert (row["serviceofferingname"], row["diskofferingname"]) == ("Small", "Data")
    assert (row["nic"][0]["networkid"], row["nic"][0]["isdefault"]) == (network["id"], True)
    assert row["nic"][0]["ipaddress"] == machine["nic"][0]["ipaddress"]
    assert (row["keypair"], row["keypairs"], row["details"]) == ("declared", "declared", {"note": "x"})
    assert {tag["key"]: tag["value"] for tag in row["tags"]} == {"role": "web"}
    (root,) = site.api.rows("listVolumes", "volume", type="ROOT", virtualmachineid=machine["id"])
    assert root["size"] >> 30 == 3
    data = site.api.call("getVirtualMachineUserData", virtualmachineid=machine["id"])["virtualmachineuserdata"]
    assert data["userdata"] == USER_DATA


def test_things_are_found_by_name(site: Site, machine: Row) -> None:
    assert [row["id"] for row in site.api.rows("listVirtualMachines", "virtualmachine", name="declared")] == [
        machine["id"]
    ]
    assert [row["id"] for row in site.api.rows("listZones", "zone", name="local")] == [site.zone]
    assert [row["id"] for row in site.api.rows("listServiceOfferings", "serviceoffering", name="Small")] == [
        site.offering
    ]
    found = site.api.rows("listTemplates", "template", templatefilter="executable", name="simulated", zoneid=site.zone)
    assert [row["id"] for row in found] == [site.template]
    (pair,) = site.api.rows("listSSHKeyPairs", "sshkeypair", name="declared")
    assert pair["fingerprint"]


def test_a_stopped_guest_is_stopped_again_before_it_is_changed(site: Site, machine: Row) -> None:
    """Terraform stops without looking; then it renames, gives new user data and starts."""
    for _ in range(2):
        stopped = site.api.call("stopVirtualMachine", id=machine["id"])["virtualmachine"]
        assert stopped["state"] == "Stopped"
    other = base64.b64encode(b"other").decode()
    changed = site.api.call("updateVirtualMachine", id=machine["id"], name="declared-2", userdata=other)[
        "virtualmachine"
    ]
    assert changed["name"] == "declared-2"
    (root, data) = site.api.rows("listVolumes", "volume", virtualmachineid=machine["id"])
    assert (root["vmname"], data["vmname"]) == ("declared-2", "declared-2")
    assert site.api.call("startVirtualMachine", id=machine["id"])["virtualmachine"]["state"] == "Running"


def test_what_is_destroyed_may_be_destroyed_again_and_is_recovered(site: Site, machine: Row) -> None:
    for _ in range(2):
        destroyed = site.api.call("destroyVirtualMachine", id=machine["id"])["virtualmachine"]
        assert destroyed["state"] == "Destroyed"
    assert site.api.call("recoverVirtualMachine", id=machine["id"])["virtualmachine"]["state"] == "Stopped"
