"""The `cs` client, with the configuration that the launcher wrote, through a guest's whole life."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cs import CloudStack, CloudStackApiException, read_config

from infra.local.api import Row
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.site import Site, new_public_key, remove


@pytest.fixture(scope="module")
def cs(cloud: LocalCloud) -> CloudStack:
    """As a user makes it: the file decides everything but how often to ask for a job."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUDSTACK_CONFIG", str(cloud.home.keys))
        config = read_config()
    return CloudStack(**{**config, "poll_interval": 0.1, "job_timeout": 120})


@pytest.fixture(scope="module")
def machine(cs: CloudStack, site: Site) -> Iterator[Row]:
    """A guest for tests that leave it running."""
    made = cs.deployVirtualMachine(**site.wish(name="lasting", displayname="Lasting"), fetch_result=True)
    yield made["virtualmachine"]
    remove(site, made["virtualmachine"])


def listed(cs: CloudStack, id_: str) -> dict[str, Any]:
    (row,) = cs.listVirtualMachines(id=id_)["virtualmachine"]
    return dict(row)


def test_the_launchers_file_is_read_as_it_is(cs: CloudStack, cloud: LocalCloud) -> None:
    assert cs.endpoint == cloud.home.endpoint
    (zone,) = cs.listZones()["zone"]
    assert zone["allocationstate"] == "Enabled"
    assert zone["networktype"] == "Advanced"


def test_a_deployment_answers_the_job_and_the_id_before_it_is_done(cs: CloudStack, site: Site) -> None:
    begun = cs.deployVirtualMachine(**site.wish(name="asked", group="asked"))
    assert begun.keys() == {"id", "jobid"}
    ended = eventually(lambda: _ended(cs, begun["jobid"]), "the end of the job")
    assert (ended["jobstatus"], ended["jobresultcode"], ended["jobresulttype"]) == (1, 0, "object")
    assert ended["jobinstanceid"] == begun["id"]
    made = ended["jobresult"]["virtualmachine"]
    assert (made["id"], made["name"], made["state"]) == (begun["id"], "asked", "Running")
    row = listed(cs, begun["id"])
    assert {name: row[name] for name in made if name != "lastupdated"} == {
        name: value for name, value in made.items() if name != "lastupdated"
    }
    assert begun["jobid"] in {job["jobid"] for job in cs.listAsyncJobs(pagesize=100, page=1)["asyncjobs"]}
    remove(site, row)


def test_a_guest_is_shown_with_what_it_was_given(cs: CloudStack, site: Site, machine: Row) -> None:
    row = listed(cs, machine["id"])
    assert (row["zoneid"], row["templateid"], row["serviceofferingid"]) == (site.zone, site.template, site.offering)
    assert (row["cpunumber"], row["cpuspeed"], row["memory"]) == (1, 500, 128)
    assert row["displayname"] == "Lasting"
    (nic,) = row["nic"]
    assert nic["networkid"] == site.network
    assert nic["ipaddress"].startswith("10.1.1.")
    assert nic["isdefault"] is True


def test_a_guests_whole_life(cs: CloudStack, site: Site) -> None:
    made = cs.deployVirtualMachine(**site.wish(name="phoenix"), fetch_result=True)["virtualmachine"]
    address, id_ = made["nic"][0]["ipaddress"], made["id"]
    assert cs.rebootVirtualMachine(id=id_, fetch_result=True)["virtualmachine"]["state"] == "Running"
    stopped = cs.stopVirtualMachine(id=id_, fetch_result=True)["virtualmachine"]
    assert stopped["state"] == "Stopped"
    assert "hostid" not in listed(cs, id_)
    with pytest.raises(CloudStackApiException) as refused:
        cs.rebootVirtualMachine(id=id_, fetch_result=True)
    assert refused.value.error["errorcode"] in {431, 530, 536}
    started = cs.startVirtualMachine(id=id_, fetch_result=True)["virtualmachine"]
    assert (started["state"], started["nic"][0]["ipaddress"]) == ("Running", address)
    assert cs.destroyVirtualMachine(id=id_, fetch_result=True)["virtualmachine"]["state"] == "Destroyed"
    assert listed(cs, id_)["state"] == "Destroyed"
    assert cs.recoverVirtualMachine(id=id_)["virtualmachine"]["state"] == "Stopped"
    assert cs.startVirtualMachine(id=id_, fetch_result=True)["virtualmachine"]["state"] == "Running"
    cs.destroyVirtualMachine(id=id_, fetch_result=True)
    cs.expungeVirtualMachine(id=id_, fetch_result=True)
    assert cs.listVirtualMachines(id=id_) == {}


def test_a_guest_may_wait_for_its_first_start(cs: CloudStack, site: Site) -> None:
    made = cs.deployVirtualMachine(**site.wish(name="waiting"), startvm="false", fetch_result=True)["virtualmachine"]
    assert made["state"] == "Stopped"
    assert cs.startVirtualMachine(id=made["id"], fetch_result=True)["virtualmachine"]["state"] == "Running"
    remove(site, made)


def test_key_pairs(cs: CloudStack, site: Site) -> None:
    registered = cs.registerSSHKeyPair(name="mine", publickey=new_public_key())["keypair"]
    created = cs.createSSHKeyPair(name="theirs")["keypair"]
    site.cloud.secrets["private key"] = created["privatekey"].splitlines()[1]
    assert created["privatekey"].startswith("-----BEGIN")
    rows = {row["name"]: row for row in cs.listSSHKeyPairs()["sshkeypair"]}
    assert rows["mine"]["fingerprint"] == registered["fingerprint"]
    assert "privatekey" not in rows["theirs"]
    made = cs.deployVirtualMachine(**site.wish(name="keyed", keypair="mine"), fetch_result=True)["virtualmachine"]
    assert "mine" in (made.get("keypairs") or made.get("keypair"))
    cs.stopVirtualMachine(id=made["id"], fetch_result=True)
    reset = cs.resetSSHKeyForVirtualMachine(id=made["id"], keypair="theirs", fetch_result=True)["virtualmachine"]
    assert "theirs" in (reset.get("keypairs") or reset.get("keypair"))
    remove(site, made)
    for name in ("mine", "theirs"):
        assert cs.deleteSSHKeyPair(name=name)["success"] is True
    assert cs.listSSHKeyPairs(name="mine") == {}


def test_tags(cs: CloudStack, machine: Row) -> None:
    tags = [{"key": "team", "value": "red"}, {"key": "tier", "value": "web"}]
    what: dict[str, Any] = {"resourceids": machine["id"], "resourcetype": "UserVm"}
    cs.createTags(**what, tags=tags, fetch_result=True)
    rows = cs.listTags(resourcetype="UserVm", resourceid=machine["id"])["tag"]
    assert {(row["key"], row["value"]) for row in rows} == {("team", "red"), ("tier", "web")}
    (found,) = cs.listVirtualMachines(tags=[{"key": "team", "value": "red"}])["virtualmachine"]
    assert found["id"] == machine["id"]
    assert {tag["key"] for tag in found["tags"]} == {"team", "tier"}
    cs.deleteTags(**what, tags=tags[:1], fetch_result=True)
    assert cs.listVirtualMachines(tags=[{"key": "team", "value": "red"}]) == {}
    assert [row["key"] for row in cs.listTags(resourceid=machine["id"])["tag"]] == ["tier"]


def test_pages_cover_a_list_once(cs: CloudStack, site: Site) -> None:
    names = {f"paged-{number}" for number in range(5)}
    for name in names:
        cs.createSSHKeyPair(name=name)
    pages = [cs.listSSHKeyPairs(keyword="paged-", page=number, pagesize=2) for number in (1, 2, 3)]
    assert [page["count"] for page in pages] == [5, 5, 5]
    assert [len(page["sshkeypair"]) for page in pages] == [2, 2, 1]
    assert {row["name"] for page in pages for row in page["sshkeypair"]} == names
    assert {row["name"] for row in cs.listSSHKeyPairs(keyword="paged-", fetch_list=True)} == names
    for name in names:
        cs.deleteSSHKeyPair(name=name)


def test_what_a_guest_hangs_on_is_listed(cs: CloudStack, site: Site, machine: Row) -> None:
    (template,) = cs.listTemplates(templatefilter="executable", id=site.template)["template"]
    assert template["isready"] is True
    (network,) = cs.listNetworks(id=site.network)["network"]
    assert (network["type"], network["state"]) == ("Isolated", "Implemented")
    (nic,) = cs.listNics(virtualmachineid=machine["id"])["nic"]
    assert nic["id"] == machine["nic"][0]["id"]
    (volume,) = cs.listVolumes(virtualmachineid=machine["id"])["volume"]
    assert (volume["type"], volume["state"], volume["vmname"]) == ("ROOT", "Ready", "lasting")


def test_changes_are_told_as_events(cs: CloudStack, machine: Row) -> None:
    def kinds() -> set[str]:
        rows = cs.listEvents(resourceid=machine["id"], resourcetype="VirtualMachine").get("event", [])
        return {row["type"] for row in rows}

    eventually(lambda: "VM.CREATE" in kinds(), "the event of the guest's creation")


def _ended(cs: CloudStack, job: str) -> dict[str, Any]:
    answer = cs.queryAsyncJobResult(jobid=job)
    return dict(answer) if answer["jobstatus"] else {}
