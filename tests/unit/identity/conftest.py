"""What the tests of identity start from."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data import passwords
from tests.cloud import Cloud
from tests.unit.projects import known_now

PERSON = {"email": "a@example.org", "firstname": "Ada", "lastname": "L", "password": "secret"}


class People:
    """Makes domains and accounts through the API, and callers that act for them."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def domain(self, name: str, parent: str | None = None) -> dict[str, Any]:
        """A domain below ROOT or the parent."""
        extra = {"parentdomainid": parent} if parent else {}
        made: dict[str, Any] = self.cloud.call("createDomain", name=name, **extra)["domain"]
        return made

    def account(self, name: str, kind: int = 0, domain: str | None = None) -> dict[str, Any]:
        """An account with a user of its name."""
        extra = {"domainid": domain} if domain else {}
        made: dict[str, Any] = self.cloud.call("createAccount", username=name, accounttype=kind, **PERSON, **extra)[
            "account"
        ]
        return made

    def caller(self, account: dict[str, Any]) -> Caller:
        """The caller that is the account's first user."""
        path = account["domainpath"].removeprefix("ROOT") + "/"
        return Caller(
            user_id=account["user"][0]["id"], username=account["user"][0]["username"], account_id=account["id"],
            account=account["name"], domain_id=account["domainid"], domain_path=path, role_id=account["roleid"],
            role_type=account["roletype"],
        )  # fmt: skip


@pytest.fixture
def people(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> People:
    """The maker of people, in a fresh cloud."""
    monkeypatch.setattr(passwords, "_COST", 4)  # hashing well takes longer than all else in a test
    return People(cloud)


class Crew:
    """A project of a domain, and those who may come into it: ada governs it, bob and cyd are plain users of the domain."""

    def __init__(self, people: People) -> None:
        self.cloud = people.cloud
        self.home: str = people.domain("home")["id"]
        self.people = {name: people.caller(people.account(name, domain=self.home)) for name in ("ada", "bob", "cyd")}
        self.id: str = self.do("createProject", "ada", name="crew", displaytext="Crew")["project"]["id"]

    def caller(self, name: str, command: str = "listVirtualMachines") -> Caller:
        """Somebody as the edge knows it now."""
        return known_now(self.people[name], command) if name in self.people else self.cloud.root

    def call(self, command: str, name: str, /, **asked: str) -> dict[str, Any]:
        """A call of somebody, or of the administrator (root)."""
        return self.cloud.call(command, self.caller(name, command), **asked)

    def do(self, command: str, name: str, /, **asked: str) -> dict[str, Any]:
        """The result of the job that a call starts."""
        job = self.call(command, name, **asked)["jobid"]
        result: dict[str, Any] = self.call("queryAsyncJobResult", name, jobid=job)["jobresult"]
        return result

    def members(self) -> dict[str, str]:
        """Who is in the project, and as what."""
        rows = self.call("listProjectAccounts", "root", projectid=self.id)["projectaccount"]
        return {row.get("username") or row["account"]: row["role"] for row in rows}

    def sees(self, name: str) -> bool:
        """Whether somebody sees the project."""
        return "project" in self.call("listProjects", name, id=self.id)


@pytest.fixture
def crew(people: People) -> Crew:
    """The project, with ada in it."""
    return Crew(people)
