"""Physical networks, their traffic and their providers: what a script that sets up a zone calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.fabric import Fabric


def job_result(cloud: Cloud, started: dict[str, Any], name: str) -> dict[str, Any]:
    """The object that an asynchronous command made."""
    from javelin.data.records.job import Job

    job = Job.require(started["jobid"])
    assert int(job.status) == 1
    result: dict[str, Any] = job.result[name]
    return result


def test_a_zone_is_set_up_as_scripts_do_it(fabric: Fabric) -> None:
    cloud = fabric.cloud
    started = cloud.call(
        "createPhysicalNetwork", name="wires", zoneid=fabric.zone, vlan="100-200", isolationmethods="VLAN"
    )
    network = job_result(cloud, started, "physicalnetwork")
    assert (network["id"], network["state"]) == (started["id"], "Disabled")
    for kind in ("Guest", "Management", "public"):
        made = cloud.call("addTrafficType", physicalnetworkid=network["id"], traffictype=kind, kvmnetworklabel="br0")
        assert job_result(cloud, made, "traffictype")["id"] == made["id"]
    cloud.call("updatePhysicalNetwork", id=network["id"], state="Enabled")
    provider = cloud.call("listNetworkServiceProviders", name="VirtualRouter", physicalnetworkid=network["id"])[
        "networkserviceprovider"
    ][0]
    assert (provider["state"], "SourceNat" in provider["servicelist"]) == ("Disabled", True)
    cloud.call("updateNetworkServiceProvider", id=provider["id"], state="Enabled")
    assert cloud.call("listNetworkServiceProviders", state="Enabled")["count"] == 1
    assert cloud.call("listPhysicalNetworks", zoneid=fabric.zone)["physicalnetwork"][0]["state"] == "Enabled"
    types = cloud.call("listTrafficTypes", physicalnetworkid=network["id"])
    assert [row["traffictype"] for row in types["traffictype"]] == ["Guest", "Management", "Public"]
    assert types["traffictype"][0]["kvmnetworklabel"] == "br0"


@pytest.mark.parametrize(
    ("command", "parameters"),
    [
        ("createPhysicalNetwork", {"name": "WIRES"}),
        ("createPhysicalNetwork", {"name": "x", "vlan": "200-100"}),
        ("createPhysicalNetwork", {"name": "x", "vlan": "a-b"}),
        ("createPhysicalNetwork", {"name": "x", "isolationmethods": "GRE"}),
        ("addTrafficType", {"traffictype": "Guest"}),
        ("addTrafficType", {"traffictype": "Magic"}),
        ("addTrafficType", {"traffictype": "Public", "kvmnetworklabel": "no such; name"}),
        ("updateNetworkServiceProvider", {"id": "0197f000-0000-7000-8000-000000000000", "state": "Enabled"}),
        ("updatePhysicalNetwork", {"id": "0197f000-0000-7000-8000-000000000000"}),
    ],
)
def test_what_cannot_be_is_refused(fabric: Fabric, command: str, parameters: dict[str, str]) -> None:
    network = fabric.cloud.call("createPhysicalNetwork", name="wires", zoneid=fabric.zone)["id"]
    fabric.cloud.call("addTrafficType", physicalnetworkid=network, traffictype="Guest")
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call(command, **{"zoneid": fabric.zone, "physicalnetworkid": network, **parameters})
    assert refusal.value.code == 431


def test_traffic_takes_the_isolation_of_its_network_alone(fabric: Fabric) -> None:
    given = {"name": "w", "zoneid": fabric.zone, "isolationmethods": "VXLAN"}
    network = fabric.cloud.call("createPhysicalNetwork", **given)["id"]
    with pytest.raises(Refused, match="keeps networks apart by VXLAN alone"):
        fabric.cloud.call("addTrafficType", physicalnetworkid=network, traffictype="Guest", isolationmethod="VLAN")
    fabric.cloud.call("addTrafficType", physicalnetworkid=network, traffictype="Guest", isolationmethod="vxlan")
    assert fabric.cloud.call("listTrafficTypes", physicalnetworkid=network)["count"] == 1
