"""createZone."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused

ZONE = {"name": "z1", "networktype": "Advanced", "dns1": "8.8.8.8", "internaldns1": "8.8.4.4"}


def test_a_new_zone_is_disabled_and_listed(cloud: Cloud) -> None:
    made = cloud.call("createZone", **ZONE)["zone"]
    assert made["allocationstate"] == "Disabled"
    listed = cloud.call("listZones")
    assert listed["count"] == 1
    assert listed["zone"][0]["id"] == made["id"]


def test_users_do_not_see_a_disabled_zone(cloud: Cloud) -> None:
    cloud.call("createZone", **ZONE)
    assert cloud.call("listZones", cloud.caller("tenant")) == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"networktype": "Basic"}, 431),
        ({"guestcidraddress": "10.1.1.7/24"}, 431),
        ({"name": ""}, 431),
        ({"isedge": "true"}, 431),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(cloud: Cloud, changed: dict[str, str], code: int) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.call("createZone", **{**ZONE, **changed})
    assert refusal.value.code == code
    assert cloud.call("listZones") == {}


def test_a_name_is_taken_once(cloud: Cloud) -> None:
    cloud.call("createZone", **ZONE)
    with pytest.raises(Refused, match="already"):
        cloud.call("createZone", **{**ZONE, "name": "Z1"})
