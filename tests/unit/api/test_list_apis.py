"""listApis and listCapabilities."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused


def test_a_command_is_described_as_clients_read_it(cloud: Cloud) -> None:
    (api,) = cloud.call("listApis", name="createZone")["api"]
    assert api["isasync"] is False
    params = {row["name"]: row for row in api["params"]}
    assert (params["name"]["required"], params["name"]["type"], params["name"]["length"]) == (True, "string", 255)
    assert params["domainid"]["related"] == "listDomains"
    assert "zone" not in api
    assert {"id", "name", "allocationstate"} <= {row["name"] for row in api["response"]}


def test_only_what_the_role_allows_is_there(cloud: Cloud) -> None:
    user = cloud.caller("u")
    with pytest.raises(Refused):
        cloud.call("listApis", user, name="createZone")
    everything, some = cloud.call("listApis")["count"], cloud.call("listApis", user)["count"]
    assert 0 < some < everything


def test_capabilities(cloud: Cloud) -> None:
    capability = cloud.call("listCapabilities", cloud.caller("u"))["capability"]
    assert capability["cloudstackversion"].startswith("4.")
    assert capability["supportELB"] == "false"
