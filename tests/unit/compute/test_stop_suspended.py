"""The guests of a suspended project are stopped, and nothing of it is started."""

from __future__ import annotations

import pytest

from functions.compute.actions import stop_suspended
from javelin.data.records.account import Account
from javelin.data.records.project import STOPPING, Project
from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Refused
from tests.unit.compute.conftest import Site
from tests.unit.projects import member_of, project_in


@pytest.fixture
def project(site: Site) -> Project:
    """A project that the tenant is in."""
    made = project_in(site.tenant)
    site.tenant = member_of(made, site.tenant)
    return made


def guest(site: Site, project: Project, state: str) -> VirtualMachine:
    """A guest of the project."""
    own = {"account_id": project.id, "account": project.account}
    machine = site.guest(state)
    machine.change(*(getattr(VirtualMachine, name).set(value) for name, value in own.items()))
    return VirtualMachine.require(machine.id)


def suspend(project: Project) -> None:
    assert project.change(Project.state.set("Suspended"), Project.stopping.set(STOPPING))
    assert Account.require(project.id).change(Account.state.set("disabled"))


def states(*machines: VirtualMachine) -> list[str]:
    return [VirtualMachine.require(one.id).state for one in machines]


def test_what_runs_is_stopped_until_nothing_does(site: Site, project: Project) -> None:
    one, other, mine = guest(site, project, "Running"), guest(site, project, "Stopped"), site.guest("Running")
    assert stop_suspended.run({}) == 0, "it is not suspended"
    suspend(project)
    assert stop_suspended.run({}) == 1
    assert states(one, other, mine) == ["Stopping", "Stopped", "Running"]
    assert stop_suspended.run({}) == 0, "a job is at it"
    assert Project.require(project.id).stopping == STOPPING
    VirtualMachine.require(one.id).change(VirtualMachine.state.set("Stopped"))
    assert stop_suspended.run({}) == 0
    assert Project.require(project.id).stopping is None


def test_a_guest_that_was_being_started_is_waited_for(site: Site, project: Project) -> None:
    one = guest(site, project, "Starting")
    suspend(project)
    assert stop_suspended.run({}) == 0
    VirtualMachine.require(one.id).change(VirtualMachine.state.set("Running"))
    assert stop_suspended.run({}) == 1


def test_a_project_that_is_active_again_keeps_what_runs(site: Site, project: Project) -> None:
    one = guest(site, project, "Running")
    suspend(project)
    assert Project.require(project.id).change(Project.state.set("Active"))
    assert stop_suspended.run({}) == 0
    assert (states(one), Project.require(project.id).stopping) == (["Running"], None)


def test_nothing_of_a_suspended_project_is_made_or_started(site: Site, project: Project) -> None:
    one = guest(site, project, "Stopped")
    suspend(project)
    for call in (lambda: site.cloud.call("startVirtualMachine", site.tenant, id=one.id),
                 lambda: site.deploy(site.tenant, projectid=project.id)):  # fmt: skip
        with pytest.raises(Refused, match="suspended") as refused:
            call()
        assert refused.value.code == 531
    assert states(one) == ["Stopped"]


def test_a_member_deploys_into_the_project(site: Site, project: Project) -> None:
    network = site.net(
        member_of(project, site.tenant).model_copy(update={"account_id": project.id}), "ours", "10.2.1.0/24"
    )
    made = site.deploy(site.tenant, projectid=project.id, networkids=network.id)
    machine = VirtualMachine.require(made["id"])
    assert (machine.account_id, machine.account, machine.user_id) == (project.id, project.account, site.tenant.user_id)
    assert int(Account.require(project.id).used_user_vm) == 1
    assert int(site.account().used_user_vm) == 0
    with pytest.raises(Refused, match="Unable to find network"):
        site.deploy(site.tenant, projectid=project.id, networkids=site.network.id)
