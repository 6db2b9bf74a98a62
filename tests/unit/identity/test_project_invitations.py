"""Invitations into projects: by a token that holds once and for a while, or by name."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from javelin.data import settings
from javelin.data.records.claim import Claim
from javelin.data.records.job import Job
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.project_role import ProjectRole
from tests.cloud import Refused
from tests.unit.identity.conftest import Crew, People


@pytest.fixture(autouse=True)
def _invites(crew: Crew) -> None:
    settings.change(settings.INVITATIONS, "true")


def invite(crew: Crew, command: str = "addAccountToProject", **whom: str) -> dict[str, Any]:
    return crew.call(command, "ada", projectid=crew.id, **whom)


def states(crew: Crew, name: str = "ada", **asked: str) -> list[str]:
    rows = crew.call("listProjectInvitations", name, **asked).get("projectinvitation", [])
    return [row["state"] for row in rows]


def answer(crew: Crew, name: str, **how: str) -> dict[str, Any]:
    return crew.do("updateProjectInvitation", name, projectid=crew.id, **how)


def test_who_is_invited_by_name_accepts_once(crew: Crew) -> None:
    assert invite(crew, account="bob")["token"]
    assert not crew.sees("bob")
    (shown,) = crew.call("listProjectInvitations", "bob")["projectinvitation"]
    assert (shown["project"], shown["projectid"], shown["account"], shown["state"]) == (
        "crew",
        crew.id,
        "bob",
        "Pending",
    )
    assert states(crew, "cyd") == []
    assert answer(crew, "bob") == {"success": True}
    assert crew.sees("bob")
    assert states(crew, projectid=crew.id) == states(crew, "bob", state="completed") == ["Completed"]
    crew.do("deleteAccountFromProject", "ada", projectid=crew.id, account="bob")
    with pytest.raises(Refused, match="Unable to find an invitation"):
        answer(crew, "bob")
    assert not crew.sees("bob")


def test_a_token_brings_one_in_and_no_more(crew: Crew) -> None:
    token = invite(crew, email="somebody@example.org")["token"]
    (shown,) = crew.call("listProjectInvitations", "ada", projectid=crew.id, keyword="somebody")["projectinvitation"]
    assert "account" not in shown
    assert shown["email"] == "somebody@example.org"
    for wrong in (token[:-1], token + "x", "x"):
        with pytest.raises(Refused, match="Unable to find an invitation") as refused:
            answer(crew, "bob", token=wrong)
        assert refused.value.code == 431
    answer(crew, "bob", token=token)
    assert crew.members() == {"ada": "Admin", "bob": "Regular"}
    with pytest.raises(Refused, match="Unable to find an invitation"):
        answer(crew, "cyd", token=token)
    assert not crew.sees("cyd")


def test_of_many_at_once_a_token_brings_one_in(crew: Crew) -> None:
    token = invite(crew, email="a@example.org")["token"]

    def comes(name: str) -> bool:
        try:
            crew.cloud.call("updateProjectInvitation", crew.people[name], projectid=crew.id, token=token)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(comes, ("bob", "cyd")))
    assert sum(came) == 1
    assert [crew.sees("bob"), crew.sees("cyd")] == came


def test_an_invitation_is_for_whom_it_names(crew: Crew, people: People) -> None:
    token = invite(crew, account="bob")["token"]
    with pytest.raises(Refused, match="Unable to find an invitation"):
        answer(crew, "cyd", token=token)
    with pytest.raises(Refused, match="not yours"):
        answer(crew, "cyd", account="bob", token=token)
    crew.people["eve"] = people.caller(people.account("eve", domain=people.domain("other")["id"]))
    open_to_all = invite(crew, email="a@example.org")["token"]
    with pytest.raises(Refused, match="its own domain"):
        answer(crew, "eve", token=open_to_all)
    assert crew.members() == {"ada": "Admin"}


def test_a_user_alone_is_invited(crew: Crew) -> None:
    invite(crew, "addUserToProject", username="bob", roletype="Admin")
    assert states(crew, projectid=crew.id, userid=crew.people["bob"].user_id) == ["Pending"]
    answer(crew, "bob", userid=crew.people["bob"].user_id)
    (row,) = crew.call("listProjectAccounts", "ada", projectid=crew.id, account="bob")["projectaccount"]
    assert (row["username"], row["role"]) == ("bob", "Admin")


def test_what_is_declined_or_late_is_over(crew: Crew) -> None:
    token = invite(crew, account="bob")["token"]
    answer(crew, "bob", accept="false")
    with pytest.raises(Refused, match="Unable to find an invitation"):
        answer(crew, "bob", token=token)
    invite(crew, account="cyd")
    late = next(one for one in ProjectInvitation.scan() if one.state == "Pending")
    late.change(ProjectInvitation.until.set(int(time.time()) - 1))
    with pytest.raises(Refused, match="Unable to find an invitation"):
        answer(crew, "cyd")
    assert sorted(states(crew, projectid=crew.id)) == ["Declined", "Expired"]
    assert states(crew, projectid=crew.id, state="Expired") == ["Expired"]
    assert states(crew, projectid=crew.id, activeonly="true") == states(crew, projectid=crew.id, state="Pending") == []
    assert crew.members() == {"ada": "Admin"}


def test_an_invitation_is_taken_back(crew: Crew) -> None:
    role = crew.call("createProjectRole", "ada", projectid=crew.id, name="guests")["projectrole"]["id"]
    made = invite(crew, account="bob", projectroleid=role)
    assert int(ProjectRole.require(role).holders) == 1
    for name in ("bob", "cyd"):
        with pytest.raises(Refused, match="Unable to find invitation"):
            crew.call("deleteProjectInvitation", name, id=made["id"])
    crew.do("deleteProjectInvitation", "ada", id=made["id"])
    assert int(ProjectRole.require(role).holders) == 0
    with pytest.raises(Refused, match="Unable to find an invitation"):
        answer(crew, "bob", token=made["token"])
    invite(crew, account="bob", projectroleid=role)
    answer(crew, "bob")
    assert int(ProjectRole.require(role).holders) == 1
    (row,) = crew.call("listProjectAccounts", "ada", projectid=crew.id, account="bob")["projectaccount"]
    assert row["projectroleid"] == role


def test_administrators_see_what_they_govern(crew: Crew, people: People) -> None:
    invite(crew, account="bob")
    boss = people.caller(people.account("boss", 2, crew.home))
    listed = crew.cloud.call("listProjectInvitations", boss, listall="true")
    assert listed["count"] == 1
    assert states(crew, "root", account="bob", domainid=crew.home) == ["Pending"]
    assert states(crew, "root") == states(crew, "cyd", listall="true") == []
    assert states(crew, "ada", id=listed["projectinvitation"][0]["id"], projectid=crew.id) == ["Pending"]


def test_tokens_are_in_no_record(crew: Crew) -> None:
    token = invite(crew, account="bob")["token"]
    answer(crew, "bob", token=token)
    kept = [row.attribute_values for model in (ProjectInvitation, Job, Claim) for row in model.scan()]
    assert len(kept) > 4
    assert token not in str(kept)
    assert len(token) >= 43
