"""A zone put together by a client that compares what it asked for with what is listed."""

from __future__ import annotations

from tests.cloud import Cloud


def test_what_is_listed_is_what_was_asked_for(cloud: Cloud) -> None:
    """As Ansible does: what a list shows is what was asked for, so that the second run has nothing to change."""
    asked = {
        "name": "declared", "dns1": "192.0.2.1", "dns2": "192.0.2.2", "internaldns1": "192.0.2.1",
        "networktype": "Advanced", "domain": "zone.example", "guestcidraddress": "10.2.0.0/16",
        "dhcpprovider": "VirtualRouter",
    }  # fmt: skip
    made = cloud.call("createZone", **asked, localstorageenabled="true")["zone"]
    (zone,) = cloud.call("listZones", name="declared")["zone"]
    assert {name: zone[name] for name in asked} == asked
    assert (zone["id"], zone["localstorageenabled"], zone["allocationstate"]) == (made["id"], True, "Disabled")
    net = cloud.call(
        "createPhysicalNetwork", name="declared", zoneid=zone["id"], isolationmethods="VXLAN", vlan="5000-5100",
        broadcastdomainrange="ZONE",
    )  # fmt: skip
    (row,) = cloud.call("listPhysicalNetworks", zoneid=zone["id"], name="declared")["physicalnetwork"]
    assert (row["id"], row["isolationmethods"], row["vlan"]) == (net["id"], "VXLAN", "5000-5100")
    pod = {"name": "declared", "startip": "10.30.1.10", "endip": "10.30.1.20", "gateway": "10.30.1.1"}
    cloud.call("createPod", zoneid=zone["id"], netmask="255.255.255.0", **pod)
    (row,) = cloud.call("listPods", name="declared", zoneid=zone["id"])["pod"]
    (reach,) = row["ipranges"]
    assert {"name": row["name"], **{name: reach[name] for name in ("startip", "endip", "gateway")}} == pod
    cluster = {"clustername": "declared", "clustertype": "CloudManaged", "hypervisor": "KVM"}
    cloud.call("addCluster", zoneid=zone["id"], podid=row["id"], **cluster)
    (made,) = cloud.call("listClusters", name="declared", zoneid=zone["id"])["cluster"]
    assert (made["clustertype"], made["hypervisortype"], made["allocationstate"]) == ("CloudManaged", "KVM", "Enabled")
