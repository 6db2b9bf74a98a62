"""createTags, listTags, deleteTags."""

from __future__ import annotations

import pytest

from javelin.contract.caller import Caller
from javelin.data.records.ssh_key_pair import SshKeyPair
from tests.cloud import Cloud, Refused
from tests.unit.identity.test_ssh_key_pairs import LINE
from tests.unit.site import build

TIER = {"tags__0__key": "tier", "tags__0__value": "one"}


@pytest.fixture
def pair(cloud: Cloud) -> str:
    """Something that can have tags."""
    made: str = cloud.call("registerSSHKeyPair", name="k", publickey=LINE)["keypair"]["id"]
    return made


def tag(cloud: Cloud, pair: str, caller: Caller | None = None, **tags: str) -> dict[str, str]:
    rows = {f"tags__{place}__{part}": value for place, row in enumerate(tags.items())
            for part, value in zip(("key", "value"), row, strict=True)}  # fmt: skip
    return cloud.call("createTags", caller, resourcetype="sshkeypair", resourceids=pair, **rows)


def listed(cloud: Cloud, **filters: str) -> dict[str, str]:
    return {row["key"]: row["value"] for row in cloud.call("listTags", **filters).get("tag", [])}


def test_tags_are_listed_and_repeated_in_the_resource(cloud: Cloud, pair: str) -> None:
    job = tag(cloud, pair, env="test", team="a")["jobid"]
    assert cloud.call("queryAsyncJobResult", jobid=job)["jobresult"] == {"success": True}
    assert listed(cloud, resourceid=pair) == {"env": "test", "team": "a"}
    assert listed(cloud, key="ENV") == {"env": "test"}
    assert SshKeyPair.require(pair).tags == [{"key": "env", "value": "test"}, {"key": "team", "value": "a"}]
    shown = cloud.call("listTags", value="a")["tag"][0]
    assert (shown["resourcetype"], shown["resourceid"], shown["account"]) == ("SSHKeyPair", pair, "admin")


def test_a_key_gets_its_new_value(cloud: Cloud, pair: str) -> None:
    tag(cloud, pair, env="test")
    tag(cloud, pair, Env="live")
    assert listed(cloud) == {"Env": "live"}
    assert SshKeyPair.require(pair).tags == [{"key": "Env", "value": "live"}]


def test_a_tag_says_whom_it_is_for(cloud: Cloud, pair: str) -> None:
    tagged = {"resourcetype": "SSHKeyPair", "resourceids": pair, "tags__0__key": "a", "tags__0__value": "1"}
    for customer, said in (("c1", "c1"), ("c2", "c2"), (None, None)):
        cloud.call("createTags", **tagged, **({"customer": customer} if customer else {}))
        assert cloud.call("listTags")["tag"][0].get("customer") == said
        assert SshKeyPair.require(pair).tags[0].get("customer") == said
        assert cloud.call("listTags", customer="c2").get("count") == (1 if said == "c2" else None)


def test_tags_are_deleted_by_key_by_value_or_all(cloud: Cloud, pair: str) -> None:
    tag(cloud, pair, a="1", b="2", c="3")
    common = {"resourcetype": "SSHKeyPair", "resourceids": pair}
    cloud.call("deleteTags", **common, tags__0__key="a")
    cloud.call("deleteTags", **common, tags__0__key="b", tags__0__value="other")
    assert listed(cloud) == {"b": "2", "c": "3"}
    cloud.call("deleteTags", **common)
    assert listed(cloud) == {}
    assert SshKeyPair.require(pair).tags == []


def test_a_deleted_resource_takes_its_tags_along(cloud: Cloud, pair: str) -> None:
    tag(cloud, pair, a="1")
    cloud.call("deleteSSHKeyPair", name="k")
    assert listed(cloud) == {}


def test_foreign_resources_are_as_if_absent(cloud: Cloud, pair: str) -> None:
    eve = cloud.caller("eve")
    tag(cloud, pair, a="1")
    for command in ("createTags", "deleteTags"):
        with pytest.raises(Refused, match="Unable to find") as refusal:
            cloud.call(command, eve, resourcetype="SSHKeyPair", resourceids=pair, tags__0__key="x")
        assert refusal.value.code == 431
    assert cloud.call("listTags", eve, resourceid=pair) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"resourcetype": "Host"},
        {"tags__0__value": "x"},
        {"tags__0__key": "a", "tags__1__key": "A"},
        {"tags__0__key": "k" * 256},
        {f"tags__{place}__key": f"k{place}" for place in range(51)},
        {f"tags__{place}__key": f"k{place}" for place in range(95)},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(cloud: Cloud, pair: str, wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        cloud.call("createTags", **{"resourcetype": "SSHKeyPair", "resourceids": pair, **wrong})
    assert listed(cloud) == {}
    assert not SshKeyPair.require(pair).tags


def test_operators_tag_zones_and_find_them_by_it(cloud: Cloud) -> None:
    near, far = (build(cloud).zone for _ in range(2))
    admin = cloud.caller("gov", cloud.domain("a"), "DomainAdmin")
    for caller in (admin, cloud.caller("ada")):
        with pytest.raises(Refused, match="Unable to find zone") as refused:
            cloud.call(
                "createTags",
                caller,
                resourcetype="Zone",
                resourceids=near.id,
                tags__0__key="tier",
                tags__0__value="one",
            )
        assert refused.value.code == 431
    cloud.call("createTags", resourcetype="zone", resourceids=near.id, **TIER)
    for caller in (cloud.root, admin):
        (row,) = cloud.call("listZones", caller, **TIER)["zone"]
        assert (row["id"], row["tags"][0]["value"], row["tags"][0]["domainpath"]) == (near.id, "one", "ROOT")
    assert [row["account"] for row in cloud.call("listTags", resourceid=near.id)["tag"]] == ["admin"]
    assert cloud.call("listTags", admin, listall="true").get("tag", []) == []
    assert cloud.call("listZones", id=far.id)["zone"][0]["tags"] == []
    cloud.call("deleteTags", resourcetype="Zone", resourceids=near.id)
    assert cloud.call("listZones", tags__0__key="tier").get("zone", []) == []
    assert cloud.call("listTags", resourceid=near.id).get("tag", []) == []
