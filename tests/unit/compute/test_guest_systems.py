"""addGuestOs, updateGuestOs, removeGuestOs, addOsCategory, updateOsCategory, deleteOsCategory, and their lists."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data import os_types
from javelin.data.guest_systems import name_of
from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.test_physical_networks import job_result
from tests.unit.furnished.samples import absent_id

KNOWN = os_types.os_types()[0]


def family(cloud: Cloud, name: str = "Plan 9") -> str:
    """A new family's id."""
    made: str = cloud.call("addOsCategory", name=name)["oscategory"]["id"]
    return made


def system(cloud: Cloud, home: str, name: str = "9front", **more: str) -> dict[str, Any]:
    """A new operating system."""
    started = cloud.call("addGuestOs", oscategoryid=home, osdisplayname=name, **more)
    return job_result(cloud, started, "ostype")


def refused(cloud: Cloud, code: int, command: str, **given: str) -> None:
    """The command is refused with this code."""
    with pytest.raises(Refused) as refusal:
        cloud.call(command, **given)
    assert refusal.value.code == code, refusal.value.text


def test_an_operators_own_system_follows_those_that_are_known(cloud: Cloud) -> None:
    made = system(cloud, family(cloud), details__0__bits="64")
    assert (made["isuserdefined"], made["oscategoryname"], made["description"]) == (True, "Plan 9", "9front")
    last = len(os_types.os_types()) + 1
    whole = cloud.call("listOsTypes", cloud.caller("somebody"), page=str(last), pagesize="1")
    assert (whole["count"], whole["ostype"]) == (last, [made])
    home = made["oscategoryid"]
    for wanted in ({"id": made["id"]}, {"description": "9FRONT"}, {"keyword": "front"}, {"oscategoryid": home}):
        assert cloud.call("listOsTypes", **wanted)["ostype"] == [made]
    assert name_of(made["id"]) == "9front"


def test_it_is_renamed_hidden_and_removed(cloud: Cloud) -> None:
    made = system(cloud, KNOWN.category.id)
    changed = job_result(
        cloud, cloud.call("updateGuestOs", id=made["id"], osdisplayname="9legacy", fordisplay="false"), "ostype"
    )
    assert (changed["name"], changed["fordisplay"]) == ("9legacy", False)
    assert cloud.call("listOsTypes", cloud.caller("somebody"), id=made["id"]) == {}
    assert cloud.call("listOsTypes", fordisplay="false")["ostype"] == [changed]
    system(cloud, KNOWN.category.id)  # its first name is free
    cloud.call("removeGuestOs", id=made["id"])
    assert cloud.call("listOsTypes", id=made["id"]) == {}
    refused(cloud, 431, "removeGuestOs", id=made["id"])


def test_a_family_with_systems_stays(cloud: Cloud) -> None:
    made = system(cloud, home := family(cloud))
    refused(cloud, 536, "deleteOsCategory", id=home)
    cloud.call("removeGuestOs", id=made["id"])
    cloud.call("deleteOsCategory", id=home)
    refused(cloud, 431, "addGuestOs", oscategoryid=home, osdisplayname="late")
    family(cloud)  # its name is free


def test_a_system_that_changes_its_family_counts_for_the_new_one(cloud: Cloud) -> None:
    first, second = family(cloud), family(cloud, "Inferno")
    made = system(cloud, first)
    started = cloud.call("updateGuestOs", id=made["id"], oscategoryid=second)
    changed = job_result(cloud, started, "ostype")
    assert (changed["oscategoryid"], changed["oscategoryname"]) == (second, "Inferno")
    assert cloud.call("listOsTypes", oscategoryid=second)["ostype"] == [changed]
    cloud.call("deleteOsCategory", id=first)
    refused(cloud, 536, "deleteOsCategory", id=second)
    refused(cloud, 431, "updateGuestOs", id=made["id"], oscategoryid=first)
    cloud.call("updateGuestOs", id=made["id"], oscategoryid=KNOWN.category.id)
    cloud.call("deleteOsCategory", id=second)


def test_families_are_renamed_and_moved_also_those_that_are_known(cloud: Cloud) -> None:
    home, known = family(cloud), KNOWN.category
    first = cloud.call("updateOsCategory", id=home, sortkey="-1", isfeatured="true")["oscategory"]
    assert cloud.call("listOsCategories")["oscategory"][0] == first
    for name in ("Alma", "Alma Linux"):
        assert cloud.call("updateOsCategory", id=known.id, name=name)["oscategory"]["name"] == name
    assert cloud.call("listOsTypes", id=KNOWN.id)["ostype"][0]["oscategoryname"] == "Alma Linux"
    assert cloud.call("listOsCategories")["count"] == len(os_types.categories()) + 1
    family(cloud, "Alma")
    assert cloud.call("listOsCategories", isfeatured="false")["oscategory"][0]["name"] == "Alma"


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("addGuestOs", {"osdisplayname": KNOWN.name.upper()}), ("addGuestOs", {"osdisplayname": "9FRONT"}),
        ("addGuestOs", {"osdisplayname": "x", "name": "y"}),
        ("addGuestOs", {"osdisplayname": "x", "oscategoryid": absent_id()}),
        ("updateGuestOs", {"id": KNOWN.id}), ("updateGuestOs", {"id": absent_id()}),
        ("updateGuestOs", {"osdisplayname": KNOWN.name}),
        ("updateGuestOs", {"oscategoryid": absent_id()}), ("removeGuestOs", {"id": KNOWN.id}),
        ("addOsCategory", {"name": KNOWN.category.name.lower()}), ("addOsCategory", {"name": "plan 9"}),
        ("updateOsCategory", {"id": absent_id()}), ("updateOsCategory", {"id": KNOWN.category.id, "name": "PLAN 9"}),
        ("deleteOsCategory", {"id": KNOWN.category.id}), ("deleteOsCategory", {"id": absent_id()}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(cloud: Cloud, command: str, given: dict[str, str]) -> None:
    made = system(cloud, home := family(cloud))
    before = (cloud.call("listOsTypes"), cloud.call("listOsCategories"))
    refused(cloud, 431, command, **{"oscategoryid": home, "id": made["id"], **given})
    assert (cloud.call("listOsTypes"), cloud.call("listOsCategories")) == before
