"""Apache Libcloud's CloudStack driver, as programs use it that know many clouds."""

from __future__ import annotations

from typing import Any

import pytest
from libcloud.common.types import ProviderError
from libcloud.compute.base import Node, NodeState
from libcloud.compute.providers import get_driver
from libcloud.compute.types import InvalidCredsError, Provider

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.site import Site, new_public_key


def driver_of(cloud: LocalCloud, secret: str) -> Any:
    made: Any = get_driver(Provider.CLOUDSTACK)(
        cloud.keys.key, secret, secure=False, host="127.0.0.1", port=cloud.home.port, path="/client/api"
    )
    made.connection.poll_interval = 0.2
    return made


@pytest.fixture(scope="module")
def driver(cloud: LocalCloud) -> Any:
    return driver_of(cloud, cloud.keys.secret)


def test_places_images_sizes_and_networks(driver: Any, site: Site) -> None:
    (location,) = driver.list_locations()
    assert (location.id, location.name) == (site.zone, "local")
    assert site.template in {image.id for image in driver.list_images(location)}
    sizes = {size.name: size for size in driver.list_sizes()}
    assert (sizes["Small"].id, sizes["Small"].ram) == (site.offering, 128)
    wanted = site.network
    networks = {network.id: network for network in driver.ex_list_networks()}
    assert networks[wanted].zoneid == site.zone
    assert "Data" in {offering.name for offering in driver.ex_list_disk_offerings()}
    assert driver.ex_list_port_forwarding_rules() == []


def test_a_nodes_life(driver: Any, site: Site) -> None:
    image = next(image for image in driver.list_images() if image.id == site.template)
    size = next(size for size in driver.list_sizes() if size.id == site.offering)
    wanted = site.network
    network = next(network for network in driver.ex_list_networks() if network.id == wanted)
    node = driver.create_node(
        name="libcloud-node",
        image=image,
        size=size,
        networks=[network],
        ex_userdata="#!/bin/sh\ntrue",
        ex_start_vm=True,
    )
    assert (node.name, node.state) == ("libcloud-node", NodeState.RUNNING)
    assert node.private_ips[0].startswith("10.1.1.")
    assert node.id in {one.id for one in driver.list_nodes()}
    assert driver.ex_get_node(node.id).name == "libcloud-node"
    assert driver.ex_create_tags([node.id], "UserVm", {"made-by": "libcloud"})
    assert driver.ex_get_node(node.id).extra["tags"] == {"made-by": "libcloud"}
    assert driver.ex_delete_tags([node.id], "UserVm", ["made-by"])
    assert driver.ex_get_node(node.id).extra["tags"] == {}
    assert driver.reboot_node(node)
    driver.ex_stop(node)
    assert driver.ex_get_node(node.id).state == NodeState.STOPPED
    driver.ex_start(node)
    assert driver.ex_get_node(node.id).state == NodeState.RUNNING
    (volume,) = driver.list_volumes(node)
    assert volume.size >= 0
    assert driver.destroy_node(node, ex_expunge=True)
    assert node.id not in {one.id for one in driver.list_nodes()}


def test_key_pairs(driver: Any) -> None:
    created = driver.create_key_pair(name="libcloud-made")
    assert created.private_key.startswith("-----BEGIN")
    imported = driver.import_key_pair_from_string(name="libcloud-brought", key_material=new_public_key())
    assert imported.fingerprint
    names = {pair.name for pair in driver.list_key_pairs()}
    assert names >= {"libcloud-made", "libcloud-brought"}
    for name in ("libcloud-made", "libcloud-brought"):
        driver.delete_key_pair(driver.get_key_pair(name))  # it takes only the word "true" for success, as of old
    assert names - {pair.name for pair in driver.list_key_pairs()} == {"libcloud-made", "libcloud-brought"}


def test_affinity_groups(driver: Any, site: Site) -> None:
    types = {one.type: one for one in driver.ex_list_affinity_group_types()}
    group = driver.ex_create_affinity_group("libcloud-apart", types["host anti-affinity"])
    assert (group.name, group.virtualmachine_ids) == ("libcloud-apart", [])
    template, offering, wanted = site.template, site.offering, site.network
    image = next(image for image in driver.list_images() if image.id == template)
    size = next(size for size in driver.list_sizes() if size.id == offering)
    network = next(network for network in driver.ex_list_networks() if network.id == wanted)
    node = driver.create_node(
        name="libcloud-apart", image=image, size=size, networks=[network], ex_affinity_groups=[group]
    )
    (listed,) = [one for one in driver.ex_list_affinity_groups() if one.id == group.id]
    assert listed.virtualmachine_ids == [node.id]
    assert driver.destroy_node(node, ex_expunge=True)
    assert driver.ex_delete_affinity_group(group)
    assert group.id not in {one.id for one in driver.ex_list_affinity_groups()}


def test_limits(driver: Any) -> None:
    limits = driver.ex_limits()
    assert {"max_instances", "max_volumes", "max_networks", "max_cpu", "max_memory"} <= limits.keys()
    assert all(isinstance(number, int) for number in limits.values())


def test_errors_arrive_as_what_they_are(driver: Any, cloud: LocalCloud) -> None:
    with pytest.raises(InvalidCredsError):
        driver_of(cloud, "not the secret").list_locations()
    absent = Node("00000000-0000-4000-8000-00000000dead", "absent", NodeState.RUNNING, [], [], driver)
    with pytest.raises(ProviderError) as refused:
        driver.reboot_node(absent)
    assert refused.value.http_code == 431
