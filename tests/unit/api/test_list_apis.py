"""listApis and listCapabilities."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused


def test_a_command_is_described_as_clients_read_it(cloud: Cloud) -> None:
    (api,) = cloud.call("listApis", name="createZone")["api"]
    assert api["isasync"] is False
    params = {row["name"]: row for row in api["params"]}
    assert (params["name"]["required"], params["name"]["type"], params["name"]["length"]) == (True, "string", 255)
    lists = params["domainid"]["related"].split(",")
    assert lists[:2] == ["listDomains", "listDomainChildren"]
    assert sorted(lists[2:]) == ["createDomain", "moveDomain", "updateDomain"]
    assert api["related"] == "listZones,updateZone"
    assert "zone" not in api
    assert {"id", "name", "allocationstate"} <= {row["name"] for row in api["response"]}
    (api,) = cloud.call("listApis", name="listVirtualMachines")["api"]
    (nics,) = [row for row in api["response"] if row["name"] == "nic"]
    assert {"id", "ipaddress"} <= {row["name"] for row in nics["response"]}


def test_only_what_the_role_allows_is_there(cloud: Cloud) -> None:
    user = cloud.caller("u")
    with pytest.raises(Refused):
        cloud.call("listApis", user, name="createZone")
    everything, some = cloud.call("listApis")["count"], cloud.call("listApis", user)["count"]
    assert 0 < some < everything


def test_what_the_caller_may_not_call_is_not_related(cloud: Cloud) -> None:
    (api,) = cloud.call("listApis", cloud.caller("u"), name="listZones")["api"]
    assert api["related"] == ""
    assert {row["name"]: row.get("since") for row in api["params"]}["keyword"] is None


@pytest.mark.parametrize(
    ("command", "parameter", "lists"),
    [
        ("startVirtualMachine", "id", "listVirtualMachines"),
        ("deployVirtualMachine", "serviceofferingid", "listServiceOfferings"),
        ("resetUserDataForVirtualMachine", "id", "listVirtualMachines"),
        ("removeGuestOs", "id", "listOsTypes"),
        ("updateRolePermission", "ruleid", "listRolePermissions"),
        ("createNetwork", "physicalnetworkid", "listPhysicalNetworks"),
        ("listNetworks", "projectid", "listProjects"),
    ],
)
def test_shells_complete_ids_by_the_first_related_list(cloud: Cloud, command: str, parameter: str, lists: str) -> None:
    """As CloudMonkey does: what lists the kind, and may be called as it is, offers the values."""
    apis = {row["name"]: row for row in cloud.call("listApis")["api"]}
    (row,) = [row for row in apis[command]["params"] if row["name"] == parameter]
    completing = next(name for name in row["related"].split(",") if name.startswith("list"))
    assert completing == lists
    assert "id" in {field["name"] for field in apis[completing]["response"]}


def test_capabilities(cloud: Cloud) -> None:
    capability = cloud.call("listCapabilities", cloud.caller("u"))["capability"]
    assert capability["cloudstackversion"].startswith("4.")
    assert capability["supportELB"] == "false"
