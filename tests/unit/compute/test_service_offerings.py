"""createServiceOffering, listServiceOfferings."""

from __future__ import annotations

import pytest

from javelin.contract.caller import Caller
from tests.cloud import Cloud, Refused

SMALL = {"name": "small", "displaytext": "Small", "cpunumber": "1", "cpuspeed": "1000", "memory": "512"}


def names(cloud: Cloud, *caller: Caller, **parameters: str) -> list[str]:
    """The names that a list shows."""
    rows = cloud.call("listServiceOfferings", *caller, **parameters).get("serviceoffering", [])
    return [row["name"] for row in rows]


def test_a_fixed_offering_is_listed_to_everyone(cloud: Cloud) -> None:
    made = cloud.call("createServiceOffering", **SMALL, tags="ssd", hosttags="a,b", limitcpuuse="true")[
        "serviceoffering"
    ]
    assert (made["cpunumber"], made["cpuspeed"], made["memory"]) == (1, 1000, 512)
    assert (made["storagetags"], made["hosttags"]) == ("ssd", "a,b")
    assert made["iscustomized"] is False
    listed = cloud.call("listServiceOfferings", cloud.caller("tenant"), id=made["id"])
    assert listed == {"count": 1, "serviceoffering": [made]}


def test_a_custom_offering_has_bounds(cloud: Cloud) -> None:
    made = cloud.call("createServiceOffering", name="custom", cpuspeed="1000", mincpunumber="1", maxcpunumber="8",
                      minmemory="256", maxmemory="4096")["serviceoffering"]  # fmt: skip
    assert made["iscustomized"] is True
    assert made["serviceofferingdetails"] == {
        "mincpunumber": "1", "maxcpunumber": "8", "minmemory": "256", "maxmemory": "4096",
    }  # fmt: skip
    assert names(cloud, cpunumber="8") == ["custom"]
    assert names(cloud, cpunumber="9") == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"cpunumber": "0"}, "between"),
        ({"cpuspeed": ""}, "cpuspeed"),
        ({"customized": "true"}, "custom"),
        ({"cpunumber": "", "mincpunumber": "4", "maxcpunumber": "2"}, "swap"),
        ({"mincpunumber": "2"}, "custom"),
        ({"encryptroot": "true"}, "encryptroot"),
        ({"gpucount": "1"}, "gpucount"),
        ({"domainid": "0197f000-0000-7000-8000-000000000000"}, "Unable to find domain"),
        ({"zoneid": "0197f000-0000-7000-8000-000000000000"}, "Unable to find zone"),
    ],
)
def test_what_cannot_be_is_refused(cloud: Cloud, changed: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        cloud.call("createServiceOffering", **{**SMALL, **changed})
    assert refusal.value.code == 431
    assert names(cloud) == []


def test_offerings_of_a_domain_are_for_it_and_those_below(cloud: Cloud) -> None:
    above = cloud.domain("above")
    below, beside = cloud.domain("below", above), cloud.domain("beside")
    cloud.call("createServiceOffering", **SMALL, domainid=above.id)
    assert names(cloud, cloud.caller("one", below)) == ["small"]
    assert names(cloud, cloud.caller("two", beside)) == []
    assert names(cloud, cloud.caller("three", beside, "DomainAdmin")) == []


def test_domain_admins_make_offerings_for_their_own_domains_alone(cloud: Cloud) -> None:
    own, other = cloud.domain("own"), cloud.domain("other")
    admin = cloud.caller("boss", own, "DomainAdmin")
    with pytest.raises(Refused) as refusal:
        cloud.call("createServiceOffering", admin, **SMALL)
    assert refusal.value.code == 531
    with pytest.raises(Refused, match="Unable to find domain"):
        cloud.call("createServiceOffering", admin, **SMALL, domainid=other.id)
    made = cloud.call("createServiceOffering", admin, **SMALL, domainid=own.id)["serviceoffering"]
    assert made["domain"] == "ROOT/own"
