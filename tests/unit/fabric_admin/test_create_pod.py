"""createPod, listPods."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.fabric import Fabric

RANGE = {"gateway": "10.0.0.1", "netmask": "255.255.255.0", "startip": "10.0.0.10", "endip": "10.0.0.20"}


def test_a_pod_is_listed_with_its_range(fabric: Fabric) -> None:
    made = fabric.cloud.call("createPod", name="p2", zoneid=fabric.zone, **RANGE)["pod"]
    assert made["startip"] == ["10.0.0.10"]
    assert made["allocationstate"] == "Enabled"
    assert made["ipranges"][0]["cidr"] == "10.0.0.0/24"
    assert fabric.cloud.call("listPods", name="p2")["pod"] == [made]
    assert fabric.cloud.call("listPods", zoneid=fabric.zone)["count"] == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "P1"}, "already"),
        ({"zoneid": "0197f000-0000-7000-8000-000000000000"}, "Unable to find zone"),
        ({"netmask": "255.0.255.0"}, "netmask"),
        ({"startip": "10.0.0.30"}, "after"),
        ({"endip": "10.0.1.20"}, "not in"),
        ({"gateway": "10.0.0.12"}, "gateway"),
        ({"netmask": ""}, "needs"),
    ],
)
def test_what_cannot_be_is_refused(fabric: Fabric, changed: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        fabric.cloud.call("createPod", **{"name": "p2", "zoneid": fabric.zone, **RANGE, **changed})
    assert refusal.value.code == 431
    assert fabric.cloud.call("listPods")["count"] == 1


def test_the_same_name_may_be_in_another_zone(cloud: Cloud, fabric: Fabric) -> None:
    other = cloud.call("createZone", name="z2", networktype="Advanced", dns1="8.8.8.8", internaldns1="8.8.4.4")["zone"]
    cloud.call("createPod", name="p1", zoneid=other["id"])
    assert cloud.call("listPods", zoneid=other["id"])["count"] == 1
