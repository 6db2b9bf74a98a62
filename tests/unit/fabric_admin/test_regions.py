"""addRegion, updateRegion, removeRegion and listRegions."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused

NORTH = {"id": "2", "name": "north", "endpoint": "https://north.example.org/client/api"}


def names(cloud: Cloud, **wanted: str) -> list[str]:
    """The regions that are listed."""
    return [row["name"] for row in cloud.call("listRegions", **wanted).get("region", [])]


def test_this_cloud_is_the_first_region_for_everybody(cloud: Cloud) -> None:
    (own,) = cloud.call("listRegions", cloud.caller("somebody"))["region"]
    assert (own["id"], own["name"], own["endpoint"]) == (1, "Local", "http://127.0.0.1:8080")


def test_other_regions_follow_page_by_page(cloud: Cloud) -> None:
    cloud.call("addRegion", **NORTH)
    cloud.call("addRegion", **{**NORTH, "id": "7", "name": "south"})
    assert names(cloud) == ["Local", "north", "south"]
    assert names(cloud, page="2", pagesize="1") == ["north"]
    assert names(cloud, page="2", pagesize="2") == ["south"]
    assert (names(cloud, id="7"), names(cloud, name="NORTH"), names(cloud, keyword="o")) == (
        ["south"],
        ["north"],
        ["Local", "north", "south"],
    )
    assert cloud.call("listRegions", id="9") == {}


def test_a_region_is_renamed_moved_and_removed(cloud: Cloud) -> None:
    cloud.call("addRegion", **NORTH)
    changed = cloud.call("updateRegion", id="2", name="arctic", endpoint="http://10.0.0.1/api")["region"]
    assert (changed["name"], changed["endpoint"]) == ("arctic", "http://10.0.0.1/api")
    cloud.call("addRegion", **{**NORTH, "id": "3"})  # its old name is free
    cloud.call("removeRegion", id="2")
    assert names(cloud) == ["Local", "north"]
    cloud.call("addRegion", **{**NORTH, "name": "arctic"})  # and so are its number and its last name


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("addRegion", {"id": "2", "name": "other"}), ("addRegion", {"id": "3", "name": "North"}),
        ("addRegion", {"id": "1"}), ("addRegion", {"id": "0"}), ("addRegion", {"id": "3", "name": "local"}),
        ("addRegion", {"id": "3", "name": "n", "endpoint": "north"}),
        ("addRegion", {"id": "3", "name": "n", "endpoint": "https://[1/"}),
        ("updateRegion", {"id": "1"}), ("updateRegion", {"id": "5"}), ("updateRegion", {"name": "local"}),
        ("removeRegion", {"id": "1"}), ("removeRegion", {"id": "5"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(cloud: Cloud, command: str, wrong: dict[str, str]) -> None:
    cloud.call("addRegion", **NORTH)
    with pytest.raises(Refused) as refusal:
        cloud.call(command, **{**NORTH, **wrong})
    assert refusal.value.code == 431
    assert names(cloud) == ["Local", "north"]
