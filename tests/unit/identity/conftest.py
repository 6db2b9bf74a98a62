"""What the tests of identity start from."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data import passwords
from tests.cloud import Cloud

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
