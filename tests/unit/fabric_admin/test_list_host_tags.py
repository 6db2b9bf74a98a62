"""listHostTags."""

from __future__ import annotations

from tests.unit.fabric_admin.fabric import Fabric


def test_each_tag_is_listed_once(fabric: Fabric) -> None:
    call = fabric.cloud.call
    assert call("listHostTags") == {}
    first = fabric.add_host(hosttags="gpu,fast")["id"]
    fabric.add_host("10.0.0.12", hosttags="fast,slow")
    fabric.add_host("10.0.0.13")
    listed = call("listHostTags")
    assert (listed["count"], [row["name"] for row in listed["hosttag"]]) == (3, ["fast", "gpu", "slow"])
    assert len({row["id"] for row in listed["hosttag"]}) == 3
    assert call("listHostTags", page="2", pagesize="2") == {"count": 3, "hosttag": listed["hosttag"][2:]}
    assert call("listHostTags", keyword="SLO")["hosttag"] == listed["hosttag"][2:]
    call("updateHost", id=first, hosttags="fast")
    assert [row["name"] for row in call("listHostTags")["hosttag"]] == ["fast", "slow"]
