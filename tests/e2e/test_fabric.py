"""Operators' commands: a zone beside the others is put together, changed, kept for some and taken apart; settings, offerings
and regions are changed and changed back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from cs import CloudStackApiException

from infra.local.api import Api, Row
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site

ZONE = {"name": "annex", "networktype": "Advanced", "dns1": "9.9.9.9", "internaldns1": "9.9.9.9"}
ADDRESSES = {
    "gateway": "198.51.100.1",
    "netmask": "255.255.255.0",
    "startip": "198.51.100.10",
    "endip": "198.51.100.12",
}


@dataclass
class Annex:
    """A zone of its own, with a host that never comes."""

    api: Api
    zone: str
    pod: str
    cluster: str
    host: str
    wires: str


@pytest.fixture(scope="module")
def annex(site: Site) -> Iterator[Annex]:
    """Made and, at the end, deleted from the inside out."""
    api = site.api
    assert site.zone  # which is the only one until now
    zone = api.call("createZone", **ZONE)["zone"]["id"]
    pod = api.call("createPod", name="annex", zoneid=zone)["pod"]["id"]
    where = {"zoneid": zone, "podid": pod, "hypervisor": "Simulator"}
    cluster = api.call("addCluster", clustername="annex", clustertype="CloudManaged", **where)["cluster"][0]["id"]
    host = api.call("addHost", clusterid=cluster, url="http://198.51.100.200", **where)["host"][0]["id"]
    wires = api.call("createPhysicalNetwork", name="annex", zoneid=zone)["physicalnetwork"]["id"]
    yield Annex(api, zone, pod, cluster, host, wires)
    api.call("deleteHost", id=host)
    api.call("deleteCluster", id=cluster)
    api.call("deletePod", id=pod)
    api.call("deletePhysicalNetwork", id=wires)
    api.call("deleteZone", id=zone)
    assert [row["id"] for row in api.rows("listZones", "zone")] == [site.zone]


def refusal(api: Api, command: str, **parameters: Any) -> Row:
    """The error that a command answers with."""
    with pytest.raises(CloudStackApiException) as refused:
        api.call(command, **parameters)
    error: Row = refused.value.error
    return error


def test_settings_are_changed_and_taken_back(site: Site) -> None:
    api, name = site.api, "max.template.iso.size"
    groups = {row["name"] for row in api.rows("listConfigurationGroups", "configurationgroup")}
    (before,) = api.rows("listConfigurations", "configuration", name=name)
    assert before["group"] in groups
    changed = api.call("updateConfiguration", name=name, value="60")["configuration"]
    assert (changed["value"], changed["defaultvalue"]) == ("60", "50")
    assert api.call("resetConfiguration", name=name)["configuration"]["value"] == "50"
    assert refusal(api, "resetConfiguration", name="no.such.setting")["errorcode"] == 431


def test_other_clouds_are_told_of(site: Site) -> None:
    api = site.api
    api.call("addRegion", id=2, name="north", endpoint="https://north.example.org/client/api")
    api.call("updateRegion", id=2, name="arctic")
    assert [row["name"] for row in api.rows("listRegions", "region")] == ["Local", "arctic"]
    assert refusal(api, "removeRegion", id=1)["errorcode"] == 431
    api.call("removeRegion", id=2)
    assert len(api.rows("listRegions", "region")) == 1


def test_offerings_change_and_stand_where_operators_put_them(site: Site) -> None:
    api, sizes = site.api, {"cpunumber": 1, "cpuspeed": 500, "memory": 128}
    planner = api.rows("listDeploymentPlanners", "deploymentPlanner")[0]["name"]
    size = api.call("createServiceOffering", name="s", displaytext="s", deploymentplanner=planner, **sizes)
    disk = api.call("createDiskOffering", name="d", displaytext="d", disksize=1)
    wires = api.call("createNetworkOffering", name="n", traffictype="GUEST", guestiptype="L2")
    for kind, made in (("ServiceOffering", size), ("DiskOffering", disk), ("NetworkOffering", wires)):
        key = made[kind.lower()]["id"]
        changed = api.call(f"update{kind}", id=key, displaytext="first", sortkey=-1)[kind.lower()]
        assert changed["displaytext"] == "first"
        assert api.rows(f"list{kind}s", kind.lower())[0]["id"] == key
        api.call(f"delete{kind}", id=key)
        assert key not in [row["id"] for row in api.rows(f"list{kind}s", kind.lower())]


def test_admins_of_domains_ask_for_tags_where_they_may(site: Site) -> None:
    boss = site.tenant("tagging", "DomainAdmin", site.domain("tagging"))
    wish = {"name": "d", "displaytext": "d", "disksize": 1, "tags": "ssd", "domainid": boss.domain}
    command = "isAccountAllowedToCreateOfferingsWithTags"
    assert site.api.call(command, id=boss.account)["isallowed"]["isallowed"] is False
    assert refusal(boss.api, "createDiskOffering", **wish)["errorcode"] == 531


def test_wires_are_changed(annex: Annex) -> None:
    api, on_wires = annex.api, {"physicalnetworkid": annex.wires}
    traffic = api.call("addTrafficType", traffictype="Public", kvmnetworklabel="br0", **on_wires)["traffictype"]
    changed = api.call("updateTrafficType", id=traffic["id"], kvmnetworklabel="br1")["traffictype"]
    assert changed["kvmnetworklabel"] == "br1"
    made = api.call("createVlanIpRange", **on_wires, **ADDRESSES)["vlan"]
    assert api.call("updateVlanIpRange", id=made["id"], endip="198.51.100.20")["vlan"]["endip"] == "198.51.100.20"
    assert refusal(api, "deleteTrafficType", id=traffic["id"])["errorcode"] == 536
    api.call("deleteVlanIpRange", id=made["id"])
    api.call("deleteTrafficType", id=traffic["id"])
    providers = api.rows("listNetworkServiceProviders", "networkserviceprovider", **on_wires)
    api.call("deleteNetworkServiceProvider", id=next(row["id"] for row in providers if row["name"] == "VirtualRouter"))
    again = api.call("addNetworkServiceProvider", name="VirtualRouter", **on_wires)["networkserviceprovider"]
    assert again["state"] == "Disabled"
    api.call("updateNetworkServiceProvider", id=again["id"], state="Enabled")


def test_a_host_is_worked_on(annex: Annex) -> None:
    assert annex.api.call("prepareHostForMaintenance", id=annex.host)["host"]["resourcestate"] == "Maintenance"
    assert refusal(annex.api, "updateHost", id=annex.host, allocationstate="Enable")["errorcode"] == 431
    annex.api.call("updateHost", id=annex.host, hosttags="annexed", annotation="kept for spare parts")
    assert [row["name"] for row in annex.api.rows("listHostTags", "hosttag", keyword="annex")] == ["annexed"]
    assert annex.api.call("cancelHostMaintenance", id=annex.host)["host"]["resourcestate"] == "Enabled"
    assert refusal(annex.api, "declareHostAsDegraded", id=annex.host)["errorcode"] == 431


def test_what_hosts_are_in_is_changed(annex: Annex) -> None:
    api = annex.api
    assert api.call("updatePod", id=annex.pod, name="annex-a")["pod"]["name"] == "annex-a"
    closed = api.call("updateCluster", id=annex.cluster, allocationstate="Disabled")["cluster"]
    assert (closed["allocationstate"], closed["podname"]) == ("Disabled", "annex-a")
    where = {
        "zoneid": annex.zone,
        "podid": annex.pod,
        "clusterid": annex.cluster,
        "url": "SharedMountPoint://localhost/annex",
    }
    pool = api.call("createStoragePool", name="annex", **where)["storagepool"]
    changed = api.call("updateStoragePool", id=pool["id"], tags="slow", enabled="false")["storagepool"]
    assert (changed["tags"], changed["state"]) == ("slow", "Disabled")
    assert refusal(api, "deleteCluster", id=annex.cluster)["errorcode"] == 536
    api.call("deleteStoragePool", id=pool["id"])
    assert api.rows("listStoragePools", "storagepool", zoneid=annex.zone) == []
    store = api.call("addImageStore", provider="S3", name="annex", zoneid=annex.zone)["imagestore"]
    assert store in api.rows("listImageStores", "imagestore", zoneid=annex.zone)
    assert api.call("deleteImageStore", id=store["id"]) == {"success": True}
    assert store not in api.rows("listImageStores", "imagestore", zoneid=annex.zone)


def test_an_offering_for_a_domain_that_is_deleted_is_out_of_use(site: Site) -> None:
    home, wish = site.domain("leaving"), {"displaytext": "x", "cpunumber": 1, "cpuspeed": 500, "memory": 128}
    offering = site.api.call("createServiceOffering", name="theirs", domainid=home, **wish)["serviceoffering"]["id"]
    assert site.api.rows("listServiceOfferings", "serviceoffering", id=offering)[0]["domainid"] == home
    site.api.call("deleteDomain", id=home)
    eventually(
        lambda: not site.api.rows("listServiceOfferings", "serviceoffering", id=offering),
        "the offering is out of use when the streams told of the domain",
    )


def test_a_host_reports_anew_when_it_is_asked(site: Site, annex: Annex) -> None:
    host = site.api.rows("listHosts", "host", zoneid=site.zone)[0]["id"]
    assert site.api.call("reconnectHost", id=host)["host"]["id"] == host
    assert refusal(annex.api, "reconnectHost", id=annex.host)["errorcode"] == 431


def test_a_host_whose_keys_are_known_to_others_gets_no_guests(site: Site, annex: Annex) -> None:
    api, host = annex.api, annex.host
    revoked = api.call("revokeHostKeys", id=host)["host"]
    site.cloud.secrets["token of the annex's host"] = revoked["details"]["enrolment.token"]
    assert revoked["state"] == "Disconnected"
    degraded = api.call("declareHostAsDegraded", id=host)["host"]
    assert degraded["resourcestate"] == "Degraded"
    assert api.call("cancelHostAsDegraded", id=host)["host"]["resourcestate"] == "Enabled"


@pytest.mark.parametrize("kind", ["Zone", "Pod", "Cluster", "Host"])
def test_places_are_kept_for_some(site: Site, annex: Annex, kind: str) -> None:
    api, low, place = annex.api, kind.lower(), getattr(annex, kind.lower())
    domain = site.domain(f"keeps-{low}")
    kept = api.call(f"dedicate{kind}", **{f"{low}id": place}, domainid=domain)[f"dedicated{low}"]
    assert kept["domainid"] == domain
    assert api.rows(f"listDedicated{kind}s", f"dedicated{low}", domainid=domain) == [kept]
    assert refusal(api, f"dedicate{kind}", **{f"{low}id": place}, domainid=domain)["errorcode"] == 431
    api.call(f"releaseDedicated{kind}", **{f"{low}id": place})
    assert api.rows(f"listDedicated{kind}s", f"dedicated{low}") == []


def test_what_is_full_is_not_taken_apart(annex: Annex) -> None:
    for command, key in (("deleteZone", annex.zone), ("deletePod", annex.pod), ("deleteCluster", annex.cluster)):
        assert refusal(annex.api, command, id=key)["errorcode"] == 536
