"""User data and CNI configurations that are kept under a name: registered, listed, deleted."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from javelin.data.records.user_data import UserData
from javelin.messaging import objects
from tests.cloud import Cloud, Refused
from tests.unit.compute.conftest import Site

SCRIPT = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()
KINDS = [
    ("registerUserData", "listUserData", "deleteUserData", "userdata"),
    ("registerCniConfiguration", "listCniConfiguration", "deleteCniConfiguration", "cniconfig"),
]


@pytest.mark.parametrize(("register", "listing", "delete", "name"), KINDS)
def test_it_is_kept_until_it_is_deleted(cloud: Cloud, register: str, listing: str, delete: str, name: str) -> None:
    bob, eve = cloud.caller("bob"), cloud.caller("eve")
    made = cloud.call(register, bob, name=" boot ", params="colour, size", **{name: SCRIPT})[name]
    assert (made["name"], made["params"], made["account"], "userdata" in made) == ("boot", "colour,size", "bob", False)
    assert cloud.call(listing, bob) == {"count": 1, name: [made | {"userdata": SCRIPT}]}
    for filters, found in (
        ({"id": made["id"]}, 1),
        ({"name": "boot"}, 1),
        ({"name": "bo"}, None),
        ({"keyword": "OO"}, 1),
    ):
        assert cloud.call(listing, bob, **filters).get("count") == found
    assert cloud.call(listing, eve, listall="true") == {}
    for wrong in ((eve, {}), (None, {"account": "eve", "domainid": eve.domain_id})):
        with pytest.raises(Refused, match="431"):
            cloud.call(delete, wrong[0], id=made["id"], **wrong[1])
    cloud.call(delete, None, id=made["id"], account="bob", domainid=bob.domain_id)
    assert cloud.call(listing, bob) == {}
    assert list(objects.names("")) == []
    with pytest.raises(Refused, match="431 Unable to find"):
        cloud.call(delete, bob, id=made["id"])


@pytest.mark.parametrize(("register", "listing", "delete", "name"), KINDS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "taken"}, {"name": " "}, {"name": "a/b"}, {"content": "!"}, {"content": "="}, {"params": "a b"},
        {"params": "a,a"}, {"params": "local-hostname"}, {"params": "1st"},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_leaves_nothing(
    cloud: Cloud, register: str, listing: str, delete: str, name: str, wrong: dict[str, str]
) -> None:
    cloud.call(register, name="taken", **{name: SCRIPT})
    before = list(objects.names(""))
    given: dict[str, Any] = {"name": "boot", "content": SCRIPT} | wrong
    given[name] = given.pop("content")
    with pytest.raises(Refused, match="431"):
        cloud.call(register, **given)
    assert cloud.call(listing)["count"] == 1
    assert list(objects.names("")) == before


def test_names_are_each_kind_s_own(cloud: Cloud) -> None:
    cloud.call("registerUserData", name="boot", userdata=SCRIPT)
    cloud.call("registerCniConfiguration", name="boot", cniconfig=SCRIPT)
    with pytest.raises(Refused, match="431"):
        cloud.call("registerCniConfiguration", name="boot2")
    (kept,) = cloud.call("listUserData")["userdata"]
    with pytest.raises(Refused, match="431 Unable to find CNI"):
        cloud.call("deleteCniConfiguration", id=kept["id"])


def test_a_list_that_no_answer_holds_says_what_to_do(cloud: Cloud) -> None:
    large = base64.b64encode(b"x" * 700_000).decode()
    for number in range(5):
        cloud.call("registerUserData", name=f"n{number}", userdata=large)
    with pytest.raises(Refused, match=r"431 These have 3500000 bytes.*smaller pages"):
        cloud.call("listUserData")
    page = cloud.call("listUserData", page=2, pagesize=4)
    assert (page["count"], [row["name"] for row in page["userdata"]]) == (5, ["n4"])


def test_what_is_in_use_stays(site: Site) -> None:
    kept = site.cloud.call("registerUserData", site.tenant, name="boot", userdata=SCRIPT)["userdata"]["id"]
    guest = site.guest(userdataid=kept)
    with pytest.raises(Refused, match=f"536 .*1 virtual machines.*{guest.id}"):
        site.cloud.call("deleteUserData", site.tenant, id=kept)
    assert UserData.require(kept).name == "boot"


def test_it_can_have_tags(cloud: Cloud) -> None:
    kept = cloud.call("registerUserData", name="boot", userdata=SCRIPT)["userdata"]["id"]
    cloud.call("createTags", resourcetype="UserData", resourceids=kept, tags__0__key="a", tags__0__value="b")
    assert cloud.call("listTags", resourcetype="userdata")["tag"][0]["resourceid"] == kept
    cloud.call("deleteUserData", id=kept)
    assert cloud.call("listTags") == {}
