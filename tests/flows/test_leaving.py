"""Accounts that are deleted while they have guests: these go by jobs of their own, whatever meets the deletion."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data.records.account import Account
from javelin.data.records.lease import Lease
from tests.cloud import Refused
from tests.flows import invariants
from tests.flows.faults import Fault, Kind
from tests.flows.scenarios import account_is_gone
from tests.flows.stage import Stage, deploy, guest

Json = dict[str, Any]


@pytest.fixture
def at_home(stage: Stage) -> Stage:
    """The tenant has a guest that runs and is protected, a network without guests besides, and a key pair."""
    stage.world.put_back(stage._saved["ground"])
    deploy(stage)
    stage.world.finish()
    stage.call("updateVirtualMachine", id=stage.machine_id(), deleteprotection=True)
    stage.call("createSSHKeyPair", name="key")
    return stage


def leave(stage: Stage) -> str:
    """Delete the tenant's account and wait; answers how the job ended."""
    job = stage.world.cloud.call("deleteAccount", id=stage.ground.tenant.account_id)["jobid"]
    stage.world.finish()
    (record,) = [row for row in stage.world.records("Job") if row["id"] == job]
    return str(record["status"])


def test_all_goes_with_its_guest_and_its_hosts_keep_nothing(at_home: Stage) -> None:
    assert leave(at_home) == "1"
    assert account_is_gone(at_home) == []
    invariants.check(at_home.world)
    left = {table: at_home.world.records(table) for table in ("VirtualMachine", "Volume", "Network", "Template")}
    assert {table for table, rows in left.items() if rows} == set()
    assert [host.hypervisor.seen() for host in at_home.world.hosts.values()] == [{}, {}]
    assert list(at_home.world.bucket.objects) == []


@pytest.mark.parametrize("kind", [Kind.KILLED_BEFORE, Kind.KILLED_AFTER, Kind.CUT])
@pytest.mark.parametrize("passes", [0, 1, 2])
def test_killed_in_any_look_it_goes_on(at_home: Stage, kind: Kind, passes: int) -> None:
    fault = Fault("Clear", kind, number=5) if kind is Kind.CUT else Fault("Clear", kind)
    fault.passes = passes
    at_home.world.faults = [fault]
    ended = leave(at_home)
    assert fault.hit
    if ended != "1":  # what was cut off is told as a failure; it is deleted by calling again
        assert Account.require(at_home.ground.tenant.account_id).closing is not None
        at_home.world.faults = []
        assert leave(at_home) == "1"
    assert account_is_gone(at_home) == []
    invariants.check(at_home.world)


def test_a_guest_at_which_a_job_got_stuck_keeps_its_account_and_is_named(at_home: Stage) -> None:
    machine, tenant = at_home.machine_id(), at_home.ground.tenant
    held = Lease.get(machine)
    held.update([Lease.owner.set("a job"), Lease.stuck.set("its host burnt")])
    assert leave(at_home) == "2"
    job = max(
        (row for row in at_home.world.records("Job") if row["command"] == "deleteAccount"), key=lambda row: row["id"]
    )
    assert "its host burnt" in str(job["result"])
    account = Account.require(tenant.account_id)
    assert (account.state, account.closing is not None, at_home.machine_id()) == ("disabled", True, machine)
    (shown,) = at_home.world.cloud.call("listAccounts", listall=True, iscleanuprequired=True)["account"]
    assert (shown["id"], shown["iscleanuprequired"]) == (tenant.account_id, True)
    at_home.world.cloud.call("enableAccount", id=tenant.account_id)
    assert Account.require(tenant.account_id).closing is None


def test_nothing_new_comes_while_it_is_deleted(at_home: Stage) -> None:
    stage, more = at_home, guest(at_home.ground) | {"name": "late"}
    stage.world.cloud.call("deleteAccount", id=stage.ground.tenant.account_id)
    with pytest.raises(Refused) as refused:
        stage.call("deployVirtualMachine", **more)
    assert (refused.value.code, len(stage.world.records("VirtualMachine"))) == (535, 1)
    stage.world.finish()
    assert account_is_gone(stage) == []
