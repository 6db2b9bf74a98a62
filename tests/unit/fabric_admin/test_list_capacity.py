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
    assert fabric.cloud.call("listCapacity")["count"] == 12
    assert fabric.cloud.call("listCapacity", type="1", sortby="usage")["capacity"][0]["zoneid"] == fabric.zone
    assert fabric.cloud.call("listCapacity", clusterid=fabric.cluster, type="1")["capacity"][0]["capacityused"] == 1920


def test_hypervisors_are_those_of_clusters(fabric: Fabric) -> None:
    cloud = fabric.cloud
    assert cloud.call("listHypervisors", cloud.caller("tenant"))["hypervisor"] == [{"name": "KVM"}]
    cloud.call("addCluster", clustername="sim", zoneid=fabric.zone, podid=fabric.pod, hypervisor="Simulator",
               clustertype="CloudManaged")  # fmt: skip
    assert cloud.call("listHypervisors", zoneid=fabric.zone)["count"] == 2
