"""explain=true of deploying and starting a guest: host, pool, addresses, quota, steps and cost, and why there is no room."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from javelin.data import limits
from javelin.data.records.address import Address
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.sequence import Sequence
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.discovery import names
from javelin.discovery.clients import flow_arn
from tests.cloud import BUCKET, Refused
from tests.unit.compute.conftest import GIB, Site

STEPS = ["Place", "Connect", "CreateVolumes", "StartDomain", "Finish"]


def explained(site: Site, caller: Any = None, **parameters: Any) -> dict[str, Any]:
    """The explanation of a deploy."""
    told: dict[str, Any] = site.deploy(caller, explain="true", **parameters)["explanation"]
    return told


def by_kind(rows: list[dict[str, Any]]) -> dict[str, int]:
    """{kind: count}."""
    return {row["kind"]: row["count"] for row in rows}


def test_a_deploy_tells_all_that_it_would_do_and_does_nothing(site: Site) -> None:
    numbers = [row.attribute_values for row in Sequence.scan()]
    told = explained(site, name="web", userdata="aGVsbG8=")
    assert told["command"] == "deployVirtualMachine"
    assert by_kind(told["creates"]) == {
        "VirtualMachine": 1, "Volume": 1, "Address": 1, "Claim": 1, "Job": 1, "Lease": 1,
    }  # fmt: skip
    assert by_kind(told["changes"]) == {"Account": 1, "Network": 1, "Template": 1}
    assert told["addresses"] == [{"network": "net", "networkid": site.network.id, "free": True}]
    assert told["events"] == ["VM.CREATE", "VM.CREATE"], "that it is scheduled, and started"
    assert told["objects"] == [{"stores": "userdata", "bytes": 5}]
    assert [step["name"] for step in told["flow"]["steps"]] == STEPS
    assert 0 < told["cost"]["total"] < 0.0003
    for record in (VirtualMachine, Volume, Address, Job, Lease):
        assert list(record.scan()) == []
    assert [row.attribute_values for row in Sequence.scan()] == numbers
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=BUCKET)
    assert int(site.account().used_user_vm) == 0
    machines = boto3.client("stepfunctions")
    flow = flow_arn(names.flow("compute/deploy_virtual_machine"))
    assert machines.list_executions(stateMachineArn=flow)["executions"] == []


def test_the_quota_tells_what_is_used_and_left(site: Site) -> None:
    site.guest()
    limits.set_limit(site.account, "user_vm", 5)
    quota = {row["resource"]: row for row in explained(site)["quota"]}
    assert quota["user_vm"] == {
        "account": "tenant", "resource": "user_vm", "change": 1, "used": 1, "limit": 5, "left": 3,
    }  # fmt: skip
    assert (quota["cpu"]["limit"], quota["cpu"]["left"]) == (-1, -1)
    assert {name: row["change"] for name, row in quota.items()} == {
        "user_vm": 1, "volume": 1, "cpu": 1, "memory": 128, "primary_storage": GIB,
    }  # fmt: skip


def test_admins_are_told_host_and_pools_by_name_and_users_that_there_is_room(site: Site) -> None:
    network = site.net(site.cloud.root, "admin-net")
    plan = explained(site, site.cloud.root, networkids=network.id)["plan"]
    assert (plan["placed"], plan["host"]["name"]) == (True, "kvm1")
    assert [(pool["name"], pool["bytes"]) for pool in plan["pools"]] == [("pool", GIB)]
    assert explained(site)["plan"] == {"placed": True}


def test_without_room_the_explanation_has_the_reasons_and_the_error_that_would_come(site: Site) -> None:
    site.host.change(Host.memory_used_mib.set(8192))
    network = site.net(site.cloud.root, "admin-net")
    plan = explained(site, site.cloud.root, networkids=network.id)["plan"]
    assert plan["placed"] is False
    assert [(row["name"], row["reason"]) for row in plan["rejected"]] == [
        ("kvm1", "has 0 MiB free, the guest needs 128")
    ]
    assert plan["refusal"]["errorcode"] == 533
    assert "kvm1" in plan["refusal"]["errortext"]
    for_user = explained(site)["plan"]
    assert for_user["rejectedhosts"] == [{"reason": "lack memory", "count": 1}]
    assert "kvm1" not in str(for_user)


def test_a_wished_address_is_named_and_a_taken_one_refused_as_by_the_deploy(site: Site) -> None:
    assert explained(site, ipaddress="10.1.1.7")["addresses"][0]["ipaddress"] == "10.1.1.7"
    site.deploy(ipaddress="10.1.1.7")
    with pytest.raises(Refused) as asked:
        explained(site, ipaddress="10.1.1.7")
    with pytest.raises(Refused) as done:
        site.deploy(ipaddress="10.1.1.7")
    assert (asked.value.code, asked.value.text) == (done.value.code, done.value.text)


def test_a_limit_refuses_the_explanation(site: Site) -> None:
    limits.set_limit(site.account, "user_vm", 0)
    with pytest.raises(Refused, match="1 more virtual machines"):
        explained(site)


def test_without_start_there_is_neither_plan_nor_flow(site: Site) -> None:
    told = explained(site, startvm="false")
    assert {"plan", "flow", "cost"} & told.keys() == set()
    assert by_kind(told["creates"])["VirtualMachine"] == 1


def test_a_start_is_planned_and_leaves_the_guest_as_it_is(site: Site) -> None:
    machine = site.guest()
    told = site.cloud.call("startVirtualMachine", site.cloud.root, id=machine.id, explain="true")["explanation"]
    assert told["plan"]["host"]["name"] == "kvm1"
    assert [step["name"] for step in told["flow"]["steps"]] == STEPS
    assert by_kind(told["changes"]) == {"VirtualMachine": 1}
    assert VirtualMachine.require(machine.id).version == machine.version
    assert VirtualMachine.require(machine.id).state == "Stopped"


def test_a_start_on_a_host_that_is_wished_for_looks_at_that_one_only(site: Site) -> None:
    machine = site.guest()
    site.host.change(Host.state.set("Down"))
    told = site.cloud.call("startVirtualMachine", site.cloud.root, id=machine.id, hostid=site.host.id, explain="true")[
        "explanation"
    ]
    assert [row["reason"] for row in told["plan"]["rejected"]] == ["is Down, not Up"]
