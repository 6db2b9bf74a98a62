"""How many jobs of one account may be under way."""

from __future__ import annotations

import pytest

from functions.compute.actions import expunge_due
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.job import Job
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from tests.cloud import Refused
from tests.unit.compute.conftest import Site

FEW = settings.FEW_JOBS


@pytest.fixture
def one_more(site: Site) -> None:
    """The tenant may start one job more."""
    settings.change(settings.MOST_JOBS, str(FEW), "account", site.tenant.account_id)
    tenant = site.tenant
    site.make(
        *(
            Job(
                new_id(), account_id=tenant.account_id, account=tenant.account, domain_id=tenant.domain_id,
                domain_path=tenant.domain_path, user_id=tenant.user_id, command="rebootVirtualMachine",
                open_account=tenant.account_id,
            )
            for _ in range(FEW - 1)
        )
    )  # fmt: skip


def fail(id_: str) -> None:
    jobs.fail(Job.require(id_), Transaction(), {"Error": "HostBusy", "Cause": "busy"}, "VM.START", "Starting")


@pytest.mark.usefixtures("one_more")
def test_an_account_waits_until_a_job_has_ended(site: Site) -> None:
    first, second = site.guest(), site.guest()
    begun = site.cloud.call("startVirtualMachine", site.tenant, id=first.id)
    with pytest.raises(Refused, match=f"has {FEW} jobs under way") as refusal:
        site.cloud.call("startVirtualMachine", site.tenant, id=second.id)
    assert refusal.value.code == 429
    assert VirtualMachine.require(second.id).state == "Stopped"
    fail(begun["jobid"])
    assert site.cloud.call("startVirtualMachine", site.tenant, id=second.id)["jobid"]


@pytest.mark.usefixtures("one_more")
def test_nothing_is_kept_of_a_deployment_that_has_no_turn(site: Site) -> None:
    site.deploy()
    before = Account.require(site.tenant.account_id).attribute_values
    with pytest.raises(Refused) as refusal:
        site.deploy()
    assert refusal.value.code == 429
    assert Account.require(site.tenant.account_id).attribute_values == before
    assert site.cloud.call("listVirtualMachines", site.tenant)["count"] == 1


@pytest.mark.usefixtures("one_more")
def test_other_accounts_and_operators_do_not_wait_for_it(site: Site) -> None:
    machine = site.guest()
    site.deploy()
    assert site.cloud.call("startVirtualMachine", site.cloud.root, id=machine.id)["jobid"]
    settings.change(settings.MOST_JOBS, str(FEW + 1), "account", site.tenant.account_id)
    assert site.deploy()["jobid"]


@pytest.mark.usefixtures("one_more")
def test_what_has_no_turn_is_explained_to_have_none(site: Site) -> None:
    site.deploy()
    with pytest.raises(Refused) as refusal:
        site.deploy(explain="true")
    assert refusal.value.code == 429


@pytest.mark.usefixtures("one_more")
def test_the_cloud_itself_does_not_wait(site: Site) -> None:
    """One tenant that has no turn would keep everybody's uploads and expunges from being seen to."""
    due = site.guest("Destroyed")
    site.deploy(name="busy")
    due.change(VirtualMachine.expunge_at.set(1), VirtualMachine.expunge_shard.set("0"))
    assert expunge_due.handler({}, None) == 1
    assert VirtualMachine.require(due.id).state == "Expunging"


@pytest.mark.usefixtures("one_more")
def test_no_tenant_gives_itself_more(site: Site) -> None:
    domain = site.cloud.domain("d")
    boss = site.cloud.caller("boss", domain, "DomainAdmin")
    wish = {"name": settings.MOST_JOBS.name, "value": "9999"}
    for part in ({"accountid": boss.account_id}, {"domainid": domain.id}, {}):
        with pytest.raises(Refused, match="the cloud's own administrators") as refusal:
            site.cloud.call("updateConfiguration", boss, **wish, **part)
        assert refusal.value.code == 531
    assert settings.MOST_JOBS.value(account=boss.account_id) == settings.MOST_JOBS.default
    assert site.cloud.call("updateConfiguration", **wish, accountid=boss.account_id)["configuration"]["value"] == "9999"
