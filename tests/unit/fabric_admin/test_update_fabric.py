"""updateCluster, updatePod, updateStoragePool: what they change, and what is in a place follows."""

from __future__ import annotations

import pytest

from functions.compute import _planner
from javelin.data.records.host import Host
from javelin.data.records.zone import Zone
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric
from tests.unit.fabric_admin.test_create_pod import RANGE
from tests.unit.site import Site


def why_not(fabric: Fabric) -> list[str]:
    """Why the planner takes none of the hosts for a guest; empty if it takes one."""
    machine = Site(fabric.cloud, Zone.require(fabric.zone)).machine()
    return [row["reason"] for row in _planner.plan(machine, []).rejected_hosts.rows]


def test_a_cluster_is_renamed_with_all_that_is_in_it(fabric: Fabric) -> None:
    call, (host, _) = fabric.cloud.call, fabric.enrolled()
    pool = call("createStoragePool", name="p", zoneid=fabric.zone, clusterid=fabric.cluster, podid=fabric.pod,
                url="SharedMountPoint://localhost/p")["storagepool"]["id"]  # fmt: skip
    assert call("updateCluster", id=fabric.cluster, clustername="new", hypervisor="kvm")["cluster"]["name"] == "new"
    assert call("listHosts", id=host)["host"][0]["clustername"] == "new"
    assert call("listStoragePools", id=pool)["storagepool"][0]["clustername"] == "new"
    given = {"zoneid": fabric.zone, "podid": fabric.pod, "hypervisor": "KVM", "clustertype": "CloudManaged"}
    call("addCluster", clustername="c1", **given)
    with pytest.raises(Refused, match="already"):
        call("updateCluster", id=fabric.cluster, clustername="C1")
    with pytest.raises(Refused, match="is of KVM hosts"):
        call("updateCluster", id=fabric.cluster, hypervisor="Simulator")
    assert call("updateCluster", id=fabric.cluster, arch="aarch64")["cluster"]["arch"] == "aarch64"


def test_a_pod_is_renamed_with_all_that_is_in_it_and_its_range_must_make_sense(fabric: Fabric) -> None:
    call, (host, _) = fabric.cloud.call, fabric.enrolled()
    shown = call("updatePod", id=fabric.pod, name="new", **RANGE)["pod"]
    assert (shown["name"], shown["startip"], shown["gateway"]) == ("new", ["10.0.0.10"], "10.0.0.1")
    assert call("listHosts", id=host)["host"][0]["podname"] == "new"
    assert call("listClusters")["cluster"][0]["podname"] == "new"
    for wrong in ({"startip": "10.0.1.10"}, {"gateway": "10.0.0.12"}, {"netmask": "no"}):
        with pytest.raises(Refused, match="431"):
            call("updatePod", id=fabric.pod, **wrong)
    assert call("listPods")["pod"] == [shown]
    call("createPod", name="p1", zoneid=fabric.zone)
    with pytest.raises(Refused, match="already"):
        call("updatePod", id=fabric.pod, name="p1")


@pytest.mark.parametrize("kind", ["cluster", "pod"])
def test_what_is_disabled_gets_no_new_guests(fabric: Fabric, kind: str) -> None:
    fabric.enrolled()
    command, place = f"update{kind.capitalize()}", {"cluster": fabric.cluster, "pod": fabric.pod}[kind]
    assert why_not(fabric) == []
    fabric.cloud.call(command, id=place, allocationstate="Disabled")
    assert why_not(fabric) == [f"is in a {kind} that is not Enabled"]
    later = fabric.add_host("10.0.0.12")["id"]
    assert (Host.require(later).cluster_open, Host.require(later).pod_open) == (kind != "cluster", kind != "pod")
    Host.require(later).delete()
    fabric.cloud.call(command, id=place, allocationstate="Enabled")
    assert why_not(fabric) == []


def test_a_pool_is_renamed_tagged_and_closed_for_new_volumes(fabric: Fabric) -> None:
    call = fabric.cloud.call
    pool = call("createStoragePool", name="p", zoneid=fabric.zone, scope="ZONE", url="SharedMountPoint://localhost/p")
    key = pool["storagepool"]["id"]
    shown = call("updateStoragePool", id=key, name="fast", tags="ssd,near", enabled="false")["storagepool"]
    assert (shown["name"], shown["tags"], shown["state"]) == ("fast", "ssd,near", "Disabled")
    assert call("updateStoragePool", id=key, enabled="true")["storagepool"]["state"] == "Up"
    assert call("listStoragePools", name="fast")["count"] == 1
    with pytest.raises(Refused, match="capacitybytes of updateStoragePool is not supported"):
        call("updateStoragePool", id=key, capacitybytes="1")


@pytest.mark.parametrize("command", ["updateCluster", "updatePod", "updateStoragePool"])
def test_what_is_absent_is_not_found(fabric: Fabric, command: str) -> None:
    with pytest.raises(Refused, match="Unable to find"):
        fabric.cloud.call(command, id="0197f000-0000-7000-8000-000000000000")
