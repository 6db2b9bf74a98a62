"""createNetworkOffering, listNetworkOfferings, updateNetworkOffering, and those that a cloud comes with."""

from __future__ import annotations

import pytest

from functions.network.actions import seed_offerings
from tests.cloud import Cloud, Context, Refused

ISOLATED = {
    "name": "iso", "displaytext": "Isolated", "traffictype": "GUEST", "guestiptype": "Isolated",
    "supportedservices": "Dhcp,Dns,SourceNat", "serviceproviderlist__0__service": "Dhcp",
    "serviceproviderlist__0__provider": "VirtualRouter",
}  # fmt: skip


def test_users_see_an_offering_when_it_is_enabled(cloud: Cloud) -> None:
    made = cloud.call("createNetworkOffering", **ISOLATED)["networkoffering"]
    assert (made["state"], made["guestiptype"]) == ("Disabled", "Isolated")
    assert [service["name"] for service in made["service"]] == ["Dhcp", "Dns", "SourceNat"]
    user = cloud.caller("tenant")
    assert cloud.call("listNetworkOfferings", user) == {}
    enabled = cloud.call("updateNetworkOffering", id=made["id"], state="Enabled")["networkoffering"]
    assert cloud.call("listNetworkOfferings", user)["networkoffering"] == [enabled]


def test_lists_filter_by_what_networks_need(cloud: Cloud) -> None:
    cloud.call("createNetworkOffering", **ISOLATED)
    for asked, count in (
        ({"supportedservices": "dhcp,SourceNat"}, 1),
        ({"supportedservices": "Lb"}, 0),
        ({"sourcenatsupported": "true"}, 1),
        ({"sourcenatsupported": "false"}, 0),
        ({"forvpc": "true"}, 0),
        ({"guestiptype": "shared"}, 0),
        ({"isdefault": "false", "traffictype": "Guest"}, 1),
    ):
        assert cloud.call("listNetworkOfferings", **asked).get("count", 0) == count, asked


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"guestiptype": "Weird"}, "guestiptype"),
        ({"traffictype": "PUBLIC"}, "traffictype"),
        ({"supportedservices": "Dhcp,Magic"}, "no service Magic"),
        ({"serviceproviderlist__0__provider": "Netscaler"}, "Netscaler"),
        ({"guestiptype": "L2"}, "L2"),
        ({"fornsx": "true"}, "fornsx"),
        ({"servicecapabilitylist__0__service": "Lb"}, "servicecapabilitylist"),
    ],
)
def test_what_cannot_be_is_refused(cloud: Cloud, changed: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        cloud.call("createNetworkOffering", **{**ISOLATED, **changed})
    assert refusal.value.code == 431
    assert cloud.call("listNetworkOfferings") == {}


def test_names_are_taken_once_and_given_back(cloud: Cloud) -> None:
    made = cloud.call("createNetworkOffering", **ISOLATED)["networkoffering"]
    with pytest.raises(Refused, match="already"):
        cloud.call("createNetworkOffering", **ISOLATED)
    cloud.call("updateNetworkOffering", id=made["id"], name="other")
    second = cloud.call("createNetworkOffering", **ISOLATED)["networkoffering"]
    with pytest.raises(Refused, match="already"):
        cloud.call("updateNetworkOffering", id=second["id"], name="OTHER")


def test_reach_is_changed_by_updates(cloud: Cloud) -> None:
    home = cloud.domain("home")
    made = cloud.call("createNetworkOffering", **ISOLATED, enable="true", domainid=home.id)["networkoffering"]
    stranger = cloud.caller("stranger")
    assert cloud.call("listNetworkOfferings", stranger) == {}
    cloud.call("updateNetworkOffering", id=made["id"], domainid="public")
    assert cloud.call("listNetworkOfferings", stranger)["count"] == 1


def test_a_cloud_comes_with_two_offerings(cloud: Cloud) -> None:
    for _ in range(2):
        seed_offerings.handler({}, Context())
    listed = cloud.call("listNetworkOfferings", cloud.caller("tenant"), isdefault="true")
    assert listed["count"] == 2
    assert {row["name"] for row in listed["networkoffering"]} == {
        "DefaultIsolatedNetworkOfferingWithSourceNatService", "DefaultSharedNetworkOffering",
    }  # fmt: skip


def test_what_load_balancers_would_need_is_refused(cloud: Cloud) -> None:
    given = {"name": "o", "guestiptype": "Isolated", "traffictype": "Guest"}
    with pytest.raises(Refused, match="maxconnections of createNetworkOffering is not supported"):
        cloud.call("createNetworkOffering", **given, maxconnections="10")
    with pytest.raises(Refused, match="keepaliveenabled is not supported"):
        cloud.call("createNetworkOffering", **given, keepaliveenabled="true")
    assert cloud.call("createNetworkOffering", **given, keepaliveenabled="false")["networkoffering"]["name"] == "o"


def test_lists_go_by_sort_key(cloud: Cloud) -> None:
    seed_offerings.handler({}, Context())
    before = [row["id"] for row in cloud.call("listNetworkOfferings")["networkoffering"]]
    cloud.call("updateNetworkOffering", id=before[-1], sortkey="-1")
    assert [row["id"] for row in cloud.call("listNetworkOfferings")["networkoffering"]] == [before[-1], *before[:-1]]
