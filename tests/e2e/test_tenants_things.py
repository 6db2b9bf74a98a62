"""What tenants attach to their things, through the whole cloud: affinity groups, groups, user data, notes, details, tags."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from cs import CloudStackApiException

from infra.local.api import Row
from tests.e2e.site import Site, Tenant, new_public_key, remove

SCRIPT = base64.b64encode(b"#!/bin/sh\ntrue\n").decode()


@pytest.fixture(scope="module")
def tenant(site: Site) -> Tenant:
    """A user of an account of its own."""
    return site.tenant("attaching")


@pytest.fixture(scope="module")
def apart(site: Site) -> Iterator[list[Row]]:
    """As many guests as there are hosts, which are to be apart."""
    site.api.call("createAffinityGroup", name="apart", type="host anti-affinity")
    machines = [site.deploy(affinitygroupnames="apart", group="pair") for _ in range(2)]
    yield machines
    remove(site, *machines)
    site.api.call("deleteAffinityGroup", name="apart")


def test_guests_that_are_to_be_apart_are(site: Site, apart: list[Row]) -> None:
    assert len({machine["hostid"] for machine in apart}) == 2
    (group,) = site.api.rows("listAffinityGroups", "affinitygroup", name="apart")
    assert sorted(group["virtualmachineIds"]) == sorted(machine["id"] for machine in apart)
    assert "host affinity" in {row["type"] for row in site.api.rows("listAffinityGroupTypes", "affinityGroupType")}
    with pytest.raises(CloudStackApiException, match="has a guest of anti-affinity group apart"):
        site.deploy(affinitygroupnames="apart")
    with pytest.raises(CloudStackApiException, match="Stopped"):
        site.api.call("updateVMAffinityGroup", id=apart[0]["id"])
    site.api.call("stopVirtualMachine", id=apart[0]["id"])
    changed = site.api.call("updateVMAffinityGroup", id=apart[0]["id"])
    assert changed["virtualmachine"]["affinitygroup"] == []


def test_guests_are_in_the_group_that_they_name(site: Site, apart: list[Row]) -> None:
    (group,) = site.api.rows("listInstanceGroups", "instancegroup", name="pair")
    inside = site.api.rows("listVirtualMachines", "virtualmachine", groupid=group["id"])
    assert {row["id"] for row in inside} == {machine["id"] for machine in apart}
    renamed = site.api.call("updateInstanceGroup", id=group["id"], name="couple")
    assert renamed["instancegroup"]["name"] == "couple"
    assert site.machine(apart[0]["id"])["group"] == "couple"  # type: ignore[index]  # it is there
    site.api.call("deleteInstanceGroup", id=group["id"])
    assert "group" not in (site.machine(apart[0]["id"]) or {})
    made = site.api.call("createInstanceGroup", name="empty")["instancegroup"]
    site.api.call("deleteInstanceGroup", id=made["id"])


def test_user_data_with_a_name_is_given_to_guests(site: Site) -> None:
    kept = site.api.call("registerUserData", name="boot", userdata=SCRIPT, params="colour")["userdata"]
    (shown,) = site.api.rows("listUserData", "userdata", id=kept["id"])
    assert shown["userdata"] == SCRIPT
    site.api.call("linkUserDataToTemplate", templateid=site.template, userdataid=kept["id"], userdatapolicy="APPEND")
    machine = site.deploy(startvm="false", **{"userdatadetails[0].colour": "blue"})
    try:
        site.api.call("linkUserDataToTemplate", templateid=site.template)
        assert (machine["userdataname"], machine["userdatadetails"]) == ("boot", "colour=blue")
        row = site.api.call("getVirtualMachineUserData", virtualmachineid=machine["id"])["virtualmachineuserdata"]
        assert row["userdata"] == SCRIPT
        with pytest.raises(CloudStackApiException, match="virtual machines have"):
            site.api.call("deleteUserData", id=kept["id"])
        site.api.call("resetUserDataForVirtualMachine", id=machine["id"], userdata=SCRIPT)
        assert "userdataid" not in (site.machine(machine["id"]) or {})
    finally:
        remove(site, machine)
    site.api.call("deleteUserData", id=kept["id"])


def test_configurations_of_clusters_networks_are_kept(tenant: Tenant) -> None:
    kept = tenant.api.call("registerCniConfiguration", name="calico", cniconfig=SCRIPT)["cniconfig"]
    (shown,) = tenant.api.rows("listCniConfiguration", "cniconfig")
    assert (shown["id"], shown["userdata"]) == (kept["id"], SCRIPT)
    tenant.api.call("deleteCniConfiguration", id=kept["id"])
    assert tenant.api.rows("listCniConfiguration", "cniconfig") == []


def test_notes_of_administrators_are_told_by_what_they_are_on(site: Site, tenant: Tenant) -> None:
    pair = tenant.api.call("registerSSHKeyPair", name="noted", publickey=new_public_key())["keypair"]["id"]
    note = site.api.call("addAnnotation", annotation="look", entitytype="SSH_KEYPAIR", entityid=pair)["annotation"]
    assert site.api.rows("listAnnotations", "annotation", entityid=pair) == [note]
    assert tenant.api.rows("listSSHKeyPairs", "sshkeypair", id=pair)[0]["hasannotations"] is True
    site.api.call("updateAnnotationVisibility", id=note["id"], adminsonly="true")
    assert tenant.api.rows("listSSHKeyPairs", "sshkeypair", id=pair)[0]["hasannotations"] is False
    site.api.call("removeAnnotation", id=note["id"])
    assert tenant.raw.call("listAnnotations").status == 432
    tenant.api.call("deleteSSHKeyPair", name="noted")


def test_details_are_put_on_what_has_none_of_its_own(site: Site) -> None:
    given = {"resourcetype": "Network", "resourceid": site.network}
    site.api.call("addResourceDetail", **given, **{"details[0].owner": "ops"})
    (row,) = site.api.rows("listResourceDetails", "resourcedetail", **given)
    assert (row["key"], row["value"]) == ("owner", "ops")
    site.api.call("removeResourceDetail", **given, key="owner")
    assert site.api.rows("listResourceDetails", "resourcedetail", **given) == []
    options = site.api.call("listDetailOptions", resourcetype="UserVm")["detailoptions"]["details"]
    assert "cpuNumber" in options


def test_tags_are_on_user_data_too(tenant: Tenant) -> None:
    kept = tenant.api.call("registerUserData", name="tagged", userdata=SCRIPT)["userdata"]["id"]
    tag = {"tags[0].key": "env", "tags[0].value": "test"}
    tenant.api.call("createTags", resourcetype="UserData", resourceids=kept, **tag)
    assert [row["value"] for row in tenant.api.rows("listTags", "tag", resourcetype="UserData", key="env")] == ["test"]
    tenant.api.call("deleteTags", resourcetype="UserData", resourceids=kept, **tag)
    tenant.api.call("deleteUserData", id=kept)
    assert tenant.api.rows("listTags", "tag") == []
