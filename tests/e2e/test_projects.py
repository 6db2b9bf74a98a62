"""Projects as their members use them: what they own together, who may do what in them, and who comes in and goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from cs import CloudStackApiException

from infra.local.api import Api, Row
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site, Tenant, new_public_key


@dataclass(frozen=True)
class Crew:
    """A project, which ada governs; bob and cyd are of the same domain."""

    site: Site
    id: str
    ada: Tenant
    bob: Tenant
    cyd: Tenant

    def names(self, who: Tenant) -> list[str]:
        """The guests of the project that somebody sees; none where the project is as if absent."""
        answer = who.raw.call("listVirtualMachines", projectid=self.id).inside
        assert answer.get("errorcode", 431) == 431
        return [row["name"] for row in answer.get("virtualmachine", [])]

    def members(self) -> dict[str, str]:
        """Who is in the project, and as what."""
        rows = self.ada.api.rows("listProjectAccounts", "projectaccount", projectid=self.id)
        return {row.get("username") or row["account"]: row["role"] for row in rows}


@pytest.fixture(scope="module")
def crew(site: Site) -> Iterator[Crew]:
    """Made through the API."""
    home = site.domain("crews")
    ada, bob, cyd = (site.tenant(f"crew-{name}", domain=home) for name in ("ada", "bob", "cyd"))
    made = ada.api.call("createProject", name="apollo", displaytext="To the moon")["project"]
    yield Crew(site, made["id"], ada, bob, cyd)
    assert refused(ada, "deleteProject", id=made["id"]) == 536
    ada.api.call("deleteProject", id=made["id"], cleanup="true")
    assert site.api.rows("listVirtualMachines", "virtualmachine", name="eagle") == []
    assert site.api.rows("listProjects", "project", id=made["id"]) == []


def refused(who: Tenant, command: str, **asked: Any) -> int:
    """The code that a call is refused with."""
    return refused_of(who.api, command, **asked)


def refused_of(api: Api, command: str, **asked: Any) -> int:
    """The same for any caller."""
    with pytest.raises(CloudStackApiException) as error:
        api.call(command, **asked)
    return int(error.value.error["errorcode"])


def test_what_a_project_owns_is_its_members_alone(crew: Crew) -> None:
    ada, bob, api = crew.ada, crew.bob, crew.ada.api
    wanted = {"zoneid": crew.site.zone, "networkofferingid": crew.site.network_offering, "projectid": crew.id}
    network: Row = api.call("createNetwork", name="orbit", displaytext="orbit", **wanted)["network"]
    assert (network["project"], network["projectid"], network.get("account")) == ("apollo", crew.id, None)
    machine = crew.site.deploy(api, name="eagle", networkids=network["id"], projectid=crew.id)
    assert (machine["state"], machine["project"]) == ("Running", "apollo")
    assert (crew.names(ada), crew.names(bob)) == (["eagle"], [])
    assert crew.site.machine(machine["id"], bob.api) is None
    api.call("addAccountToProject", projectid=crew.id, account=bob.name)
    assert crew.names(bob) == ["eagle"]
    pair = bob.api.call("registerSSHKeyPair", name="keys", publickey=new_public_key(), projectid=crew.id)["keypair"]
    assert pair["project"] == "apollo"
    api.call("createTags", resourcetype="Project", resourceids=crew.id, **{"tags[0].key": "moon", "tags[0].value": "1"})
    (shown,) = bob.api.rows("listProjects", "project", **{"tags[0].key": "moon"})
    assert (shown["vmtotal"], shown["owner"]) == (1, [{"account": ada.name}])
    api.call("deleteAccountFromProject", projectid=crew.id, account=bob.name)
    assert crew.names(bob) == []


def test_a_project_role_takes_from_what_members_may_do(crew: Crew) -> None:
    api, bob = crew.ada.api, crew.bob
    role = api.call("createProjectRole", projectid=crew.id, name="guests")["projectrole"]["id"]
    api.call("updateProjectRole", projectid=crew.id, id=role, description="May look")
    of_role = {"projectid": crew.id, "projectroleid": role}
    looks, nothing = (
        api.call("createProjectRolePermission", **of_role, rule=rule, permission=permission)["projectrolepermission"]
        for rule, permission in (("list*", "allow"), ("*", "deny"))
    )
    api.call("addAccountToProject", account=bob.name, **of_role)
    assert [row["name"] for row in bob.api.rows("listProjectRoles", "projectrole", projectid=crew.id)] == ["guests"]
    assert refused(bob, "createSSHKeyPair", name="x", projectid=crew.id) == 431
    api.call("updateProjectRolePermission", **of_role, ruleorder=f"{nothing['id']},{looks['id']}")
    assert crew.names(bob) == []
    api.call("deleteProjectRolePermission", projectid=crew.id, id=nothing["id"])
    rules = bob.api.rows("listProjectRolePermissions", "projectrolepermission", projectid=crew.id)
    assert [row["rule"] for row in rules] == ["list*"]
    assert refused(crew.ada, "deleteProjectRole", projectid=crew.id, id=role) == 536
    api.call("deleteAccountFromProject", projectid=crew.id, account=bob.name)
    api.call("deleteProjectRole", projectid=crew.id, id=role)


def test_who_governs_it_changes_and_the_last_stays(crew: Crew) -> None:
    ada, bob = crew.ada, crew.bob
    ada.api.call("addUserToProject", projectid=crew.id, username=bob.name)
    assert refused(bob, "updateProject", id=crew.id, displaytext="mine") == 531
    assert refused(ada, "deleteAccountFromProject", projectid=crew.id, account=ada.name) == 431
    ada.api.call("updateProject", id=crew.id, userid=bob.user)
    assert crew.members() == {ada.name: "Regular", bob.name: "Admin"}
    bob.api.call("updateProject", id=crew.id, account=ada.name, displaytext="Back again")
    ada.api.call("deleteUserFromProject", projectid=crew.id, userid=bob.user)
    assert crew.members() == {ada.name: "Admin"}


def test_a_suspended_project_stands_still(crew: Crew) -> None:
    api = crew.ada.api
    assert api.call("suspendProject", id=crew.id)["project"]["state"] == "Suspended"

    def stopped() -> bool:
        rows = api.rows("listVirtualMachines", "virtualmachine", projectid=crew.id)
        return {row["state"] for row in rows} <= {"Stopped"}

    eventually(stopped, "the guests' end", patience=180)
    (machine,) = api.rows("listVirtualMachines", "virtualmachine", projectid=crew.id)
    assert refused(crew.ada, "startVirtualMachine", id=machine["id"]) == 531
    assert refused(crew.ada, "createSSHKeyPair", name="late", projectid=crew.id) == 531
    assert api.call("activateProject", id=crew.id)["project"]["state"] == "Active"
    assert api.call("startVirtualMachine", id=machine["id"])["virtualmachine"]["state"] == "Running"


def test_who_is_invited_comes_in_once(crew: Crew) -> None:
    api, bob, cyd, root = crew.ada.api, crew.bob, crew.cyd, crew.site.api
    root.call("updateConfiguration", name="project.invite.required", value="true")
    try:
        invited = eventually(
            lambda: crew.ada.raw.call("addAccountToProject", projectid=crew.id, email="b@example.org").inside.get(
                "token"
            ),
            "a project that invites",
        )
        crew.site.cloud.secrets["token of an invitation"] = str(invited)
        (waiting,) = api.rows("listProjectInvitations", "projectinvitation", projectid=crew.id, activeonly="true")
        assert waiting["email"] == "b@example.org"
        bob.api.call("updateProjectInvitation", projectid=crew.id, token=invited)
        assert refused(cyd, "updateProjectInvitation", projectid=crew.id, token=invited) == 431
        api.call("addAccountToProject", projectid=crew.id, account=cyd.name)
        (mine,) = cyd.api.rows("listProjectInvitations", "projectinvitation")
        api.call("deleteProjectInvitation", id=mine["id"])
        assert refused(cyd, "updateProjectInvitation", projectid=crew.id) == 431
    finally:
        root.call("updateConfiguration", name="project.invite.required", value="false")
    assert crew.members() == {crew.ada.name: "Admin", bob.name: "Regular"}
    api.call("deleteAccountFromProject", projectid=crew.id, account=bob.name)


def test_a_deleted_project_leaves_nothing_and_its_name_to_others(crew: Crew) -> None:
    ada, bob, root = crew.ada, crew.bob, crew.site.api
    made = ada.api.call("createProject", name="gemini", displaytext="Twins")["project"]["id"]
    wanted = {"zoneid": crew.site.zone, "networkofferingid": crew.site.network_offering, "projectid": made}
    network: Row = ada.api.call("createNetwork", name="loop", displaytext="loop", **wanted)["network"]
    machine = crew.site.deploy(ada.api, name="pollux", networkids=network["id"], projectid=made)
    ada.api.call("createSSHKeyPair", name="keys", projectid=made)
    ada.api.call("addAccountToProject", projectid=made, account=bob.name)
    bob.raw.call("updateProjectInvitation", projectid=made)  # workers may remember for seconds that projects invited
    assert [row["id"] for row in bob.api.rows("listProjects", "project", id=made)] == [made]
    assert refused(bob, "deleteProject", id=made, cleanup="true") == 531
    assert refused(ada, "deleteProject", id=made) == 536
    assert ada.api.call("deleteProject", id=made, cleanup="true") == {"success": True}
    for command, kind, key in (
        ("listProjects", "project", made), ("listVirtualMachines", "virtualmachine", machine["id"]),
        ("listNetworks", "network", network["id"]),
    ):  # fmt: skip
        assert root.rows(command, kind, id=key) == []
    again = bob.api.call("createProject", name="gemini")["project"]
    assert again["owner"] == [{"account": bob.name}]
    assert bob.api.call("deleteProject", id=again["id"]) == {"success": True}


def test_who_leaves_the_cloud_leaves_its_projects_first(crew: Crew) -> None:
    root, home = crew.site.api, crew.site.domain("squads")
    dee, eve, fay = (crew.site.tenant(f"squad-{name}", domain=home) for name in ("dee", "eve", "fay"))
    made = dee.api.call("createProject", name="mercury")["project"]["id"]
    assert refused_of(root, "deleteAccount", id=dee.account) == 431
    dee.api.call("addAccountToProject", projectid=made, account=eve.name, roletype="Admin")
    dee.api.call("addUserToProject", projectid=made, username=fay.name)
    root.call("deleteUser", id=fay.user)
    assert root.call("deleteAccount", id=dee.account) == {"success": True}
    (left,) = eve.api.rows("listProjects", "project")
    assert (left["owner"], eve.api.rows("listAccounts", "account")[0]["projecttotal"]) == ([{"account": eve.name}], 1)
    assert root.call("deleteDomain", id=home, cleanup="true") == {"success": True}
    assert root.rows("listProjects", "project", id=made) == []
