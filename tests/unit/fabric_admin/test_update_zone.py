"""updateZone."""

from __future__ import annotations

import pytest

from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import ZONE, Fabric


def test_an_enabled_zone_is_seen_by_users(fabric: Fabric) -> None:
    changed = fabric.cloud.call("updateZone", id=fabric.zone, allocationstate="Enabled", dns2="1.1.1.1")["zone"]
    assert (changed["allocationstate"], changed["dns2"], changed["dns1"]) == ("Enabled", "1.1.1.1", "8.8.8.8")
    assert fabric.cloud.call("listZones", fabric.cloud.caller("tenant"))["count"] == 1


def test_a_name_moves_with_the_zone(fabric: Fabric) -> None:
    fabric.cloud.call("updateZone", id=fabric.zone, name="renamed")
    other = fabric.cloud.call("createZone", **ZONE)["zone"]
    with pytest.raises(Refused, match="already"):
        fabric.cloud.call("updateZone", id=other["id"], name="Renamed")


def test_a_private_zone_may_be_opened(fabric: Fabric) -> None:
    home = fabric.cloud.domain("home")
    zone = fabric.cloud.call("createZone", **{**ZONE, "name": "private"}, domainid=home.id, allocationstate="Enabled")
    stranger = fabric.cloud.caller("stranger")
    assert fabric.cloud.call("listZones", stranger) == {}
    fabric.cloud.call("updateZone", id=zone["zone"]["id"], ispublic="true")
    assert fabric.cloud.call("listZones", stranger)["count"] == 1


def test_operators_keep_details_of_a_zone(fabric: Fabric) -> None:
    call = fabric.cloud.call
    changed = call("updateZone", id=fabric.zone, details__0__rack="12", details__0__row="b", allocationstate="Enabled")
    assert changed["zone"]["resourcedetails"] == {"rack": "12", "row": "b"}
    call("updateZone", id=fabric.zone, details__0__rack="13")
    assert call("listZones")["zone"][0]["resourcedetails"] == {"rack": "13"}
    assert "resourcedetails" not in call("listZones", fabric.cloud.caller("tenant"))["zone"][0]
    with pytest.raises(Refused, match="A resource may have 50 details"):
        call("updateZone", id=fabric.zone, name="other", **{f"details__0__k{number}": "y" for number in range(51)})
    assert call("listZones", name="other") == {}


def test_lists_go_by_sort_key(fabric: Fabric) -> None:
    other = fabric.cloud.call("createZone", **{**ZONE, "name": "z0"})["zone"]["id"]
    fabric.cloud.call("updateZone", id=other, sortkey="-1")
    assert [row["id"] for row in fabric.cloud.call("listZones")["zone"]] == [other, fabric.zone]


@pytest.mark.parametrize(
    "changed", [{"id": "0197f000-0000-7000-8000-000000000000"}, {"guestcidraddress": "x"}, {"allocationstate": "Maybe"}]
)
def test_what_cannot_be_is_refused(fabric: Fabric, changed: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call("updateZone", **{"id": fabric.zone, **changed})
    assert refusal.value.code == 431
