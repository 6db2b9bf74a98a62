"""deleteZone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.fabric_admin.delete_zone import QUIET
from javelin.data.records.cluster import Cluster
from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.pod import Pod
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import ZONE, Fabric
from tests.unit.fabric_admin.test_create_vlan_ip_range import RANGE
from tests.unit.furnished.samples import sample
from tests.unit.site import create


def deleted(fabric: Fabric) -> bool:
    return fabric.cloud.call("deleteZone", id=fabric.zone) == {"success": True}


def test_a_zone_goes_when_it_is_empty_and_its_wires_with_it(fabric: Fabric) -> None:
    call = fabric.cloud.call
    wires = call("createPhysicalNetwork", name="wires", zoneid=fabric.zone)["id"]
    for inner in ("deleteCluster", "deletePod"):
        with pytest.raises(Refused, match="536 Zone z1 has pods"):
            deleted(fabric)
        call(inner, id=fabric.cluster if inner == "deleteCluster" else fabric.pod)
    assert deleted(fabric)
    assert call("listZones") == {}
    assert PhysicalNetwork.find(wires) is None
    with pytest.raises(Refused, match="Unable to find zone"):
        deleted(fabric)
    call("createZone", **ZONE)


def test_an_image_store_keeps_its_zone(fabric: Fabric) -> None:
    call = fabric.cloud.call
    store = call("addImageStore", provider="S3", zoneid=fabric.zone)["imagestore"]["id"]
    call("deleteCluster", id=fabric.cluster)
    call("deletePod", id=fabric.pod)
    with pytest.raises(Refused, match="536 Zone z1 has image stores"):
        deleted(fabric)
    call("deleteImageStore", id=store)
    assert deleted(fabric)


@pytest.mark.parametrize(
    ("model", "kind"),
    [(VirtualMachine, "virtual machines"), (Volume, "volumes"), (Network, "networks"), (Template, "templates")],
)
def test_what_tenants_have_in_it_keeps_a_zone(
    fabric: Fabric, model: type[VirtualMachine | Volume | Network | Template], kind: str
) -> None:
    root = fabric.cloud.root
    owner = {"account_id": root.account_id, "account": root.account, "domain_id": root.domain_id, "domain_path": "/"}
    create(sample(model, "", owner | {"zone_id": fabric.zone}))
    with pytest.raises(Refused, match=f"536 Zone z1 has {kind}, pods"):
        deleted(fabric)


def test_public_addresses_and_hosts_keep_a_zone(fabric: Fabric) -> None:
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)
    fabric.add_host()
    with pytest.raises(Refused, match="536 Zone z1 has hosts, pods, address ranges"):
        deleted(fabric)


def test_a_zone_that_was_enabled_is_deleted_when_calls_of_that_time_have_ended(fabric: Fabric) -> None:
    call = fabric.cloud.call
    call("deleteCluster", id=fabric.cluster)
    call("deletePod", id=fabric.pod)
    call("updateZone", id=fabric.zone, allocationstate="Enabled")
    with pytest.raises(Refused, match="536 Zone z1 is Enabled; disable it"):
        deleted(fabric)
    call("updateZone", id=fabric.zone, allocationstate="Disabled")
    with pytest.raises(Refused, match=r"536 Zone z1 was enabled until just now.* repeat in [56]"):
        deleted(fabric)
    Zone(fabric.zone).change(Zone.disabled.set(datetime.now(UTC) - timedelta(seconds=QUIET)))
    assert deleted(fabric)


@pytest.mark.parametrize("kind", ["Zone", "Pod", "Cluster"])
def test_nothing_comes_into_what_is_being_deleted(fabric: Fabric, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    call, commit = fabric.cloud.call, Transaction.commit
    where = {"zoneid": fabric.zone, "podid": fabric.pod, "hypervisor": "KVM"}
    if kind != "Cluster":
        call("deleteCluster", id=fabric.cluster)
    if kind == "Zone":
        call("deletePod", id=fabric.pod)

    def comes_first(transaction: Transaction) -> None:
        """Somebody puts something in between the look and the deletion."""
        monkeypatch.setattr(Transaction, "commit", commit)
        match kind:
            case "Zone":
                call("addImageStore", provider="S3", zoneid=fabric.zone)
            case "Pod":
                call("addCluster", clustername="late", clustertype="CloudManaged", **where)
            case _:
                fabric.add_host()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", comes_first)
    with pytest.raises(Refused, match="536"):
        call(f"delete{kind}", id=getattr(fabric, kind.lower()))
    inside = {"Zone": "listImageStores", "Pod": "listClusters", "Cluster": "listHosts"}[kind]
    assert call(inside)["count"] == 1
    assert call(f"list{kind}s", id=getattr(fabric, kind.lower()))["count"] == 1


@pytest.mark.parametrize("kind", ["Host", "PhysicalNetwork"])
def test_a_host_and_wires_stay_for_what_comes_onto_them(
    fabric: Fabric, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    call, commit = fabric.cloud.call, Transaction.commit
    wires = call("createPhysicalNetwork", name="w", zoneid=fabric.zone)["id"]
    key = fabric.add_host()["id"] if kind == "Host" else wires

    def comes_first(transaction: Transaction) -> None:
        """Somebody puts something there between the look and the deletion."""
        monkeypatch.setattr(Transaction, "commit", commit)
        if kind == "Host":
            call("createStoragePool", name="p", zoneid=fabric.zone, scope="HOST", url="file:///p")
        else:
            call("createVlanIpRange", physicalnetworkid=wires, **RANGE)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", comes_first)
    with pytest.raises(Refused, match=r"536 .* got a "):
        call(f"delete{kind}", id=key)
    if kind == "Host":
        call("deleteStoragePool", id=call("listStoragePools")["storagepool"][0]["id"])
    else:
        call("deleteVlanIpRange", id=call("listVlanIpRanges")["vlaniprange"][0]["id"])
    call(f"delete{kind}", id=key)
    assert call(f"list{kind}s") == {}


def test_what_comes_late_finds_the_place_gone(fabric: Fabric, monkeypatch: pytest.MonkeyPatch) -> None:
    call, commit = fabric.cloud.call, Transaction.commit

    def gone_first(transaction: Transaction) -> None:
        """The cluster is deleted between the look and the new host."""
        monkeypatch.setattr(Transaction, "commit", commit)
        call("deleteCluster", id=fabric.cluster)
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", gone_first)
    with pytest.raises(Refused, match="Unable to find cluster"):
        fabric.add_host()
    assert call("listHosts") == {}


def test_places_count_what_comes_and_goes(fabric: Fabric) -> None:
    host, call = fabric.add_host()["id"], fabric.cloud.call
    pool = call("createStoragePool", name="p", zoneid=fabric.zone, url="file:///p")["storagepool"]["id"]
    made = call("createVlanIpRange", zoneid=fabric.zone, **RANGE)["vlan"]["id"]
    wires = call("createPhysicalNetwork", name="w", zoneid=fabric.zone)["id"]
    counts = [
        int(one.inside) for one in (Zone.require(fabric.zone), Pod.require(fabric.pod), Cluster.require(fabric.cluster))
    ]
    assert counts == [4, 1, 1]  # a pod, a pool, a range and wires; a cluster; a host
    for command, key in (("deleteHost", host), ("deleteStoragePool", pool), ("deleteVlanIpRange", made),
                         ("deletePhysicalNetwork", wires), ("deleteCluster", fabric.cluster)):  # fmt: skip
        call(command, id=key)
    assert [int(one.inside) for one in (Zone.require(fabric.zone), Pod.require(fabric.pod))] == [1, 0]
