"""addCluster, listClusters."""

from __future__ import annotations

import pytest

from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric


def test_a_cluster_is_listed(fabric: Fabric) -> None:
    listed = fabric.cloud.call("listClusters", podid=fabric.pod, hypervisor="KVM", keyword="C")
    assert listed["count"] == 1
    assert listed["cluster"][0]["id"] == fabric.cluster
    assert listed["cluster"][0]["cpuovercommitratio"] == "1.0"
    assert fabric.cloud.call("listClusters", hypervisor="Simulator") == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"clustername": "C1"},
        {"hypervisor": "VMware"},
        {"zoneid": "0197f000-0000-7000-8000-000000000000"},
        {"podid": "0197f000-0000-7000-8000-000000000000"},
        {"clustertype": "ExternalManaged"},
    ],
)
def test_what_cannot_be_is_refused(fabric: Fabric, changed: dict[str, str]) -> None:
    wanted = {"clustername": "c2", "zoneid": fabric.zone, "podid": fabric.pod, "hypervisor": "KVM",
              "clustertype": "CloudManaged"}  # fmt: skip
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call("addCluster", **{**wanted, **changed})
    assert refusal.value.code == 431
    assert fabric.cloud.call("listClusters")["count"] == 1
