"""addResourceDetail, listResourceDetails, removeResourceDetail, listDetailOptions."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.network import Network
from tests.cloud import Cloud, Refused


@pytest.fixture
def bob(cloud: Cloud) -> Caller:
    """A tenant."""
    return cloud.caller("bob")


@pytest.fixture
def network(cloud: Cloud, bob: Caller) -> str:
    """The tenant's network, straight from the record."""
    made = Network(
        new_id(), name="n", display_text="n", zone_id=new_id(), zone_name="z", offering_id=new_id(), cidr="10.1.1.0/24",
        gateway="10.1.1.1", netmask="255.255.255.0", account_id=bob.account_id, account=bob.account,
        domain_id=bob.domain_id, domain_path=bob.domain_path,
    )  # fmt: skip
    made.save()
    return str(made.id)


def listed(cloud: Cloud, caller: Caller | None, network: str, **filters: Any) -> dict[str, str]:
    rows = cloud.call("listResourceDetails", caller, resourcetype="network", resourceid=network, **filters)
    return {row["key"]: row["value"] for row in rows.get("resourcedetail", [])}


def put(cloud: Cloud, key: str, kind: str = "Network", **details: str) -> dict[str, Any]:
    rows = {f"details__0__{name}": value for name, value in details.items()}
    return cloud.call("addResourceDetail", resourcetype=kind, resourceid=key, **rows)


def test_details_are_put_listed_and_removed(cloud: Cloud, bob: Caller, network: str) -> None:
    job = put(cloud, network, owner="ops", room="7")["jobid"]
    assert cloud.call("queryAsyncJobResult", jobid=job)["jobresult"] == {"success": True}
    put(cloud, network, room="8")
    assert listed(cloud, bob, network) == {"owner": "ops", "room": "8"}
    for filters, found in (
        ({"key": "room"}, ["room"]), ({"value": "ops"}, ["owner"]), ({"keyword": "OO"}, ["room"]), ({"key": "x"}, []),
        ({"fordisplay": "false"}, []), ({"page": "2", "pagesize": "1"}, ["room"]),
    ):  # fmt: skip
        assert list(listed(cloud, bob, network, **filters)) == found, filters
    (shown,) = cloud.call("listNetworks", bob)["network"]
    assert shown["details"] == {"owner": "ops", "room": "8"}
    cloud.call("removeResourceDetail", resourcetype="Network", resourceid=network, key="room")
    assert listed(cloud, bob, network) == {"owner": "ops"}
    cloud.call("removeResourceDetail", resourcetype="Network", resourceid=network)
    assert listed(cloud, bob, network) == {}


def test_what_cannot_be_put_is_refused(cloud: Cloud, network: str) -> None:
    put(cloud, network, a="b")
    for wrong in (
        {"kind": "Moon", "c": "d"}, {"extraconfig": "x"}, {"c": "x" * 1025}, {"c" * 256: "x"},
        {f"k{number}": "v" for number in range(50)},
    ):  # fmt: skip
        with pytest.raises(Refused):
            put(cloud, network, **wrong)
    with pytest.raises(Refused, match="431"):
        put(cloud, new_id(), c="d")
    assert Network.require(network).details == {"a": "b"}


def test_details_of_others_are_as_if_absent(cloud: Cloud, bob: Caller, network: str) -> None:
    put(cloud, network, a="b")
    eve = cloud.caller("eve")
    for key in (network, new_id()):
        with pytest.raises(Refused, match="431 Unable to find network"):
            listed(cloud, eve, key)
        with pytest.raises(Refused, match="431 Unable to find network"):
            cloud.call("listDetailOptions", eve, resourcetype="Network", resourceid=key)
    with pytest.raises(Refused, match="431 Say whose"):
        cloud.call("listResourceDetails", bob, resourcetype="Network")


def test_options_are_what_deployments_heed(cloud: Cloud, bob: Caller, network: str) -> None:
    options = cloud.call("listDetailOptions", bob, resourcetype="UserVm")["detailoptions"]["details"]
    assert options == {"cpuNumber": [], "cpuSpeed": [], "memory": []}
    plain = cloud.call("listDetailOptions", bob, resourcetype="network", resourceid=network)["detailoptions"]
    assert plain == {"details": {}}
