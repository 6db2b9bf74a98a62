"""deployVirtualMachine: what is taken at once, what is refused, and that a refusal leaves nothing."""

from __future__ import annotations

import base64
from typing import Any

import boto3
import pytest

from javelin.data.records.address import Address
from javelin.data.records.claim import Claim
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.network import Network
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.flow import jobs
from tests.cloud import BUCKET, Refused
from tests.unit.compute.conftest import GIB, Site

CREATED = (VirtualMachine, Volume, Address, Job, Lease)


def rows(record: Any) -> int:
    """How many items there are; only tests look at whole tables."""
    return sum(1 for _ in record.scan())


def test_everything_is_taken_with_the_answer(site: Site) -> None:
    answer = site.deploy(name="web")
    machine = VirtualMachine.require(answer["id"])
    assert (machine.state, machine.name, machine.account) == ("Starting", "web", "tenant")
    volume = Volume.require(machine.root_volume_id)
    assert (volume.type, volume.state, volume.size) == ("ROOT", "Allocated", GIB)
    assert [row.ip for row in Address.query(site.network.id)] == [machine.nics[0]["ipaddress"]]
    account = site.account()
    assert (account.used_user_vm, account.used_volume, account.used_cpu, account.used_memory) == (1, 1, 1, 128)
    assert Template.require(site.template.id).users == 1
    assert Network.require(site.network.id).nics == 1
    job = Job.require(answer["jobid"])
    assert (job.status, job.resource_id, int(job.fence), job.items) == (0, machine.id, 1, [site.network.id])
    assert Lease.get(machine.id).owner == job.id


def test_a_zone_of_another_domain_is_as_one_that_is_not_there(site: Site) -> None:
    site.zone.change(Zone.domain_id.set(site.cloud.domain("other").id))
    with pytest.raises(Refused, match="431 Unable to find zone"):
        site.deploy()
    assert [rows(record) for record in CREATED] == [0] * len(CREATED)
    site.zone.change(Zone.domain_id.set(site.tenant.domain_id))
    site.deploy()


def test_without_start_there_is_a_stopped_guest_and_a_done_job(site: Site) -> None:
    answer = site.deploy(startvm="false")
    assert VirtualMachine.require(answer["id"]).state == "Stopped"
    result = site.cloud.call("queryAsyncJobResult", site.tenant, jobid=answer["jobid"])
    assert result["jobstatus"] == 1
    assert result["jobresult"]["virtualmachine"]["state"] == "Stopped"


def test_a_custom_offering_takes_sizes_within_its_bounds(site: Site) -> None:
    details = {"details__0__cpuNumber": "2", "details__0__cpuSpeed": "700", "details__0__memory": "256"}
    machine = VirtualMachine.require(site.deploy(serviceofferingid=site.custom.id, **details)["id"])
    assert (machine.cpus, machine.mhz, machine.memory_mib) == (2, 700, 256)


@pytest.mark.parametrize(
    "changed",
    [
        {"details__0__cpuNumber": "5"}, {"details__0__memory": "32"}, {"details__0__cpuNumber": "two"},
        {"details__0__memory": "4096"},
    ],
)  # fmt: skip
def test_sizes_outside_the_bounds_are_refused(site: Site, changed: dict[str, str]) -> None:
    details = {"details__0__cpuNumber": "2", "details__0__cpuSpeed": "700", "details__0__memory": "256", **changed}
    with pytest.raises(Refused) as refusal:
        site.deploy(serviceofferingid=site.custom.id, **details)
    assert refusal.value.code == 431
    assert [rows(record) for record in CREATED] == [0] * len(CREATED)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "1web"}, 431),
        ({"name": "a_b"}, 431),
        ({"name": "x" * 64}, 431),
        ({"userdata": "%%%"}, 431),
        ({"userdata": base64.b64encode(b"x" * (2**20 + 1)).decode()}, 431),
        ({"rootdisksize": "0"}, None),
        ({"keypair": "nosuch"}, 431),
        ({"ipaddress": "10.1.1.1"}, 431),
        ({"ipaddress": "10.9.9.9"}, 431),
        ({"macaddress": "01:00:00:00:00:01"}, 431),
        ({"templateid": "00000000-0000-7000-8000-0000000000ff"}, 431),
        ({"networkids": "00000000-0000-7000-8000-0000000000ff"}, 431),
        ({"hostid": "00000000-0000-7000-8000-0000000000ff"}, 531),
        ({"extraconfig": "x"}, 431),
        ({"projectid": "00000000-0000-7000-8000-0000000000ff"}, 431),
        ({"account": "other"}, 531),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(site: Site, changed: dict[str, str], code: int | None) -> None:
    if code is None:
        assert site.deploy(**changed)["id"]
        return
    with pytest.raises(Refused) as refusal:
        site.deploy(**changed)
    assert refusal.value.code == code
    assert [rows(record) for record in CREATED] == [0] * len(CREATED)
    assert site.account().used_user_vm == 0


def test_another_tenants_network_is_as_one_that_is_not_there(site: Site) -> None:
    stranger = site.cloud.caller("stranger")
    theirs = site.net(stranger, "theirs")
    with pytest.raises(Refused) as foreign:
        site.deploy(networkids=theirs.id)
    with pytest.raises(Refused) as absent:
        site.deploy(networkids="00000000-0000-7000-8000-0000000000ff")
    assert foreign.value.code == absent.value.code
    assert foreign.value.text.replace(theirs.id, "") == absent.value.text.replace(
        "00000000-0000-7000-8000-0000000000ff", ""
    )


def test_a_name_and_an_address_are_taken_once_in_a_network(site: Site) -> None:
    site.deploy(name="web", ipaddress="10.1.1.9")
    with pytest.raises(Refused, match="already"):
        site.deploy(name="WEB")
    with pytest.raises(Refused) as taken:
        site.deploy(name="other", ipaddress="10.1.1.9")
    assert taken.value.code == 537
    assert rows(VirtualMachine) == 1


def test_user_data_and_keys_are_kept_out_of_the_record(site: Site) -> None:
    site.cloud.call("registerSSHKeyPair", site.tenant, name="k", publickey=_public_key())
    text = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()
    machine = VirtualMachine.require(site.deploy(userdata=text, keypair="k")["id"])
    assert machine.key_pairs == ["k"]
    stored = boto3.client("s3").get_object(Bucket=BUCKET, Key=machine.user_data_key)["Body"].read()
    assert stored == b"#!/bin/sh\necho hello\n"
    given = site.cloud.call("getVirtualMachineUserData", site.tenant, virtualmachineid=machine.id)
    assert given["virtualmachineuserdata"]["userdata"] == text


def test_a_data_disk_comes_with_the_guest(site: Site) -> None:
    offering = DiskOffering("00000000-0000-7000-8000-0000000000d1", name="d", display_text="d", size_gib=2)
    site.make(offering)
    machine = VirtualMachine.require(site.deploy(diskofferingid=offering.id)["id"])
    root, data = Volume.load_all(machine.volume_ids)
    assert (root.type, data.type, data.size) == ("ROOT", "DATADISK", 2 * GIB)
    assert site.account().used_volume == 2


def test_a_full_network_says_so(site: Site) -> None:
    site.network.change(Network.start_ip.set("10.1.1.10"), Network.end_ip.set("10.1.1.11"))
    taken = {VirtualMachine.require(site.deploy()["id"]).nics[0]["ipaddress"] for _ in range(2)}
    assert taken == {"10.1.1.10", "10.1.1.11"}
    with pytest.raises(Refused) as full:
        site.deploy()
    assert full.value.code == 533
    assert rows(Claim) >= 2


def _public_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def test_the_caller_may_choose_the_jobs_id_once(site: Site) -> None:
    chosen = "11111111-2222-4333-8444-555555555555"
    assert site.deploy(customjobid=chosen)["jobid"] == chosen
    with pytest.raises(Refused, match="There is a job"):
        site.deploy(customjobid=chosen)
    assert rows(VirtualMachine) == 1
    with pytest.raises(Refused, match="no UUID"):
        site.deploy(customjobid="seven")


def test_an_offering_of_another_domain_is_as_one_that_is_not_there(site: Site) -> None:
    site.small.change(type(site.small).domain_ids.set([site.cloud.domain("elsewhere").id]))
    with pytest.raises(Refused, match="Unable to find service offering"):
        site.deploy()
    assert rows(VirtualMachine) == 0


def test_user_data_stays_when_the_deploy_breaks_off_after_it_was_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no event can be told")

    monkeypatch.setattr(jobs, "announce", broken)
    with pytest.raises(Refused, match="Internal error"):
        site.deploy(userdata=base64.b64encode(b"#!/bin/sh").decode())
    (machine,) = VirtualMachine.scan()
    stored = boto3.client("s3").get_object(Bucket=BUCKET, Key=machine.user_data_key)["Body"].read()
    assert stored == b"#!/bin/sh"
    assert rows(Job) == 1
