"""listCapacity, listHypervisors."""

from __future__ import annotations

from javelin.data import public_addresses
from javelin.data.records.account import Account
from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.data.transaction import Transaction
from tests.unit.fabric_admin.fabric import ZONE, Fabric


def test_what_is_promised_is_counted_by_zone(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    fabric.enrolled("10.0.0.12")
    fabric.add_host("10.0.0.13")
    Host.require(host).change(Host.cpu_used_mhz.add(1920), Host.memory_used_mib.add(8192))
    pool = fabric.cloud.call("createStoragePool", name="p", zoneid=fabric.zone, url="file:///p", capacitybytes="500")
    StoragePool.require(pool["storagepool"]["id"]).change(StoragePool.allocated.add(250), StoragePool.used.add(50))
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, gateway="203.0.113.1", netmask="255.255.255.0",
                      startip="203.0.113.10", endip="203.0.113.13")  # fmt: skip
    transaction = Transaction()
    account = Account.require(fabric.cloud.root.account_id)
    public_addresses.take(transaction, public_addresses.pick(fabric.zone), account)
    transaction.commit()
    fabric.cloud.call("createZone", **{**ZONE, "name": "empty"})

    listed = fabric.cloud.call("listCapacity", zoneid=fabric.zone)["capacity"]
    shown = {row["name"]: (row["capacityused"], row["capacitytotal"], row["percentused"]) for row in listed}
    assert shown == {
        "MEMORY": (8192 * 2**20, 2 * 16384 * 2**20, "25.00"),
        "CPU": (1920, 2 * 8 * 2400, "5.00"),
        "STORAGE": (50, 500, "10.00"),
        "STORAGE_ALLOCATED": (250, 1000, "25.00"),
        "VIRTUAL_NETWORK_PUBLIC_IP": (1, 4, "25.00"),
        "LOCAL_STORAGE": (0, 0, "0.00"),
    }
    assert fabric.cloud.call("listZones", id=fabric.zone, showcapacities="true")["zone"][0]["capacity"] == listed
    assert "capacity" not in fabric.cloud.call("listZones", id=fabric.zone)["zone"][0]
    assert fabric.cloud.call("listCapacity")["count"] == 12
    assert fabric.cloud.call("listCapacity", type="1", sortby="usage")["capacity"][0]["zoneid"] == fabric.zone
    assert fabric.cloud.call("listCapacity", clusterid=fabric.cluster, type="1")["capacity"][0]["capacityused"] == 1920


def test_pods_and_clusters_show_theirs_when_asked(fabric: Fabric) -> None:
    fabric.enrolled()
    (pod,) = fabric.cloud.call("listPods", id=fabric.pod, showcapacities="true")["pod"]
    (cluster,) = fabric.cloud.call("listClusters", id=fabric.cluster, showcapacities="true")["cluster"]
    for row in (pod, cluster):
        memory = next(part for part in row["capacity"] if part["name"] == "MEMORY")
        assert (memory["capacitytotal"], memory["podid"], memory["podname"]) == (16384 * 2**20, fabric.pod, pod["name"])
    assert {part["clustername"] for part in cluster["capacity"]} == {cluster["name"]}
    assert not {part.get("clusterid") for part in pod["capacity"]} - {None}
    asked = fabric.cloud.call("listCapacity", clusterid=fabric.cluster, podid=fabric.pod)["capacity"]
    assert asked == cluster["capacity"]


def test_what_a_zone_has_is_for_operators(fabric: Fabric) -> None:
    fabric.cloud.call("updateZone", id=fabric.zone, allocationstate="Enabled")
    (zone,) = fabric.cloud.call("listZones", fabric.cloud.caller("tenant"), showcapacities="true")["zone"]
    assert "capacity" not in zone


def test_hypervisors_are_those_of_clusters(fabric: Fabric) -> None:
    cloud = fabric.cloud
    assert cloud.call("listHypervisors", cloud.caller("tenant"))["hypervisor"] == [{"name": "KVM"}]
    cloud.call("addCluster", clustername="sim", zoneid=fabric.zone, podid=fabric.pod, hypervisor="Simulator",
               clustertype="CloudManaged")  # fmt: skip
    assert cloud.call("listHypervisors", zoneid=fabric.zone)["count"] == 2


def test_a_keyword_keeps_what_has_it_in_its_name(fabric: Fabric) -> None:
    whole = fabric.cloud.call("listCapacity")["capacity"]
    some = fabric.cloud.call("listCapacity", keyword="storage")["capacity"]
    assert some == [row for row in whole if "STORAGE" in row["name"]] != []


def test_of_a_tag_only_hosts_and_pools_that_have_it_count(fabric: Fabric) -> None:
    call = fabric.cloud.call
    tagged, _ = fabric.enrolled(hosttags="gpu,fast")
    fabric.enrolled("10.0.0.12")
    pool = {"zoneid": fabric.zone, "capacitybytes": "500"}
    call("createStoragePool", name="a", url="file:///a", tags="fast", **pool)
    call("createStoragePool", name="b", url="file:///b", **pool)

    shown = call("listCapacity", tag="gpu")["capacity"]
    assert {row["name"]: (row["capacitytotal"], row["tag"]) for row in shown} == {
        "MEMORY": (16384 * 2**20, "gpu"), "CPU": (8 * 2400, "gpu"),
    }  # fmt: skip
    fast = {row["name"]: row["capacitytotal"] for row in call("listCapacity", tag="fast")["capacity"]}
    assert fast == {"MEMORY": 16384 * 2**20, "CPU": 8 * 2400, "STORAGE": 500, "STORAGE_ALLOCATED": 1000,
                    "LOCAL_STORAGE": 0}  # fmt: skip
    assert call("listCapacity", tag="none") == {}
    assert {row.get("tag") for row in call("listCapacity")["capacity"]} == {None}
    Host.require(tagged).change(Host.state.set("Down"))
    assert "MEMORY" not in {row["name"] for row in call("listCapacity", tag="fast")["capacity"]}
