"""createDiskOffering, listDiskOfferings."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused


def test_fixed_and_customized_offerings_are_listed(cloud: Cloud) -> None:
    fixed = cloud.call("createDiskOffering", name="ten", displaytext="10 GiB", disksize="10")["diskoffering"]
    custom = cloud.call("createDiskOffering", name="any", customized="true")["diskoffering"]
    hidden = cloud.call("createDiskOffering", name="hidden", disksize="1", displayoffering="false")["diskoffering"]
    assert (fixed["disksize"], fixed["iscustomized"]) == (10, False)
    assert (custom["disksize"], custom["iscustomized"]) == (0, True)
    assert cloud.call("listDiskOfferings", cloud.caller("tenant"))["diskoffering"] == [fixed, custom]
    assert cloud.call("listDiskOfferings", name="hidden")["diskoffering"] == [hidden]
    assert cloud.call("listDiskOfferings", encrypt="true") == {}


@pytest.mark.parametrize(
    "changed",
    [{"disksize": ""}, {"disksize": "0"}, {"disksize": "10000000"}, {"customized": "true"}, {"encrypt": "true"},
     {"provisioningtype": "fat"}, {"maxiops": "1"}],
)  # fmt: skip
def test_what_cannot_be_is_refused(cloud: Cloud, changed: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.call("createDiskOffering", **{"name": "x", "disksize": "10", **changed})
    assert refusal.value.code == 431
    assert cloud.call("listDiskOfferings") == {}


def test_another_domains_offering_is_absent(cloud: Cloud) -> None:
    own, other = cloud.domain("own"), cloud.domain("other")
    made = cloud.call("createDiskOffering", name="x", disksize="1", domainid=own.id)["diskoffering"]
    assert cloud.call("listDiskOfferings", cloud.caller("a", own), id=made["id"])["count"] == 1
    assert cloud.call("listDiskOfferings", cloud.caller("b", other), id=made["id"]) == {}
