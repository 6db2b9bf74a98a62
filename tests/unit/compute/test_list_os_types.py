"""listOsTypes, listOsCategories."""

from __future__ import annotations

from javelin.data import os_types
from tests.cloud import Cloud


def test_types_are_of_categories_and_are_found_by_name(cloud: Cloud) -> None:
    user = cloud.caller("tenant")
    found = cloud.call("listOsTypes", user, description="Other Linux (64-bit)")
    assert found["count"] == 1
    row = found["ostype"][0]
    category = cloud.call("listOsCategories", user, id=row["oscategoryid"])["oscategory"][0]
    assert category["name"] == row["oscategoryname"] == "Other Linux"
    of_category = cloud.call("listOsTypes", user, oscategoryid=category["id"])
    assert row in of_category["ostype"]


def test_ids_are_the_same_in_every_cloud_and_differ(cloud: Cloud) -> None:
    ids = {one.id for one in os_types.os_types()}
    assert len(ids) == len(os_types.os_types())
    assert os_types.find("none") is None
    assert cloud.call("listOsTypes", page="2", pagesize="5")["ostype"][0]["id"] == os_types.os_types()[5].id


def test_families_are_of_templates_for_the_processors_that_there_are(cloud: Cloud) -> None:
    whole = cloud.call("listOsCategories")
    assert cloud.call("listOsCategories", arch="x86_64") == whole
    for none in ({"isiso": "true"}, {"isvnf": "true"}, {"arch": "aarch64"}):
        assert cloud.call("listOsCategories", **none) == {}
