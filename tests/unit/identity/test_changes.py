"""What becomes of users, accounts and domains: changed, kept out, let in, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _account_states, _events
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.job import Job
from javelin.data.records.role import BUILT_IN
from javelin.messaging.events import Event
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People
from tests.unit.site import open_flows


def refused(cloud: Cloud, code: int, command: str, *caller: Any, **parameters: str) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.call(command, *caller, **parameters)
    assert refusal.value.code == code


def test_a_user_is_renamed_and_the_old_name_is_free(cloud: Cloud, people: People) -> None:
    user = people.account("ada")["user"][0]["id"]
    shown = cloud.call("updateUser", id=user, username="countess", email="c@example.org")["user"]
    assert (shown["username"], shown["email"], shown["firstname"]) == ("countess", "c@example.org", "Ada")
    cloud.call("createUser", account="ada", username="ada", **PERSON)
    refused(cloud, 431, "updateUser", id=user, username="ADA")
    assert cloud.call("updateUser", id=user, username="Countess")["user"]["username"] == "Countess"


def test_plain_users_change_themselves_only(cloud: Cloud, people: People) -> None:
    account = people.account("ada")
    ada, eve = people.caller(account), people.caller(people.account("eve"))
    colleague = cloud.call("createUser", account="ada", username="bob", **PERSON)["user"]["id"]
    cloud.call("updateUser", ada, id=ada.user_id, lastname="King")
    refused(cloud, 531, "updateUser", ada, id=colleague, lastname="x")
    refused(cloud, 431, "updateUser", eve, id=ada.user_id, lastname="x")


def test_users_are_kept_out_and_let_in(cloud: Cloud, people: People) -> None:
    user = people.account("ada")["user"][0]["id"]
    job = cloud.call("disableUser", id=user)["jobid"]
    assert cloud.call("queryAsyncJobResult", jobid=job)["jobresult"]["user"]["state"] == "disabled"
    assert cloud.call("enableUser", id=user)["user"]["state"] == "enabled"
    assert cloud.call("lockUser", id=user)["user"]["state"] == "locked"


def test_that_an_account_was_made_is_its_first_event(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    monkeypatch.setattr(_events, "announce", lambda *events: told.extend(events))
    account = people.account("ada")
    assert [(event.type, event.account_id) for event in told] == [("ACCOUNT.CREATE", account["id"])]


def test_what_becomes_of_a_user_is_told_to_its_account(
    cloud: Cloud, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = people.account("ada")
    told: list[Event] = []
    monkeypatch.setattr(_events, "announce", lambda *events: told.extend(events))
    user = cloud.call("createUser", account="ada", username="bob", **PERSON)["user"]["id"]
    for command in ("updateUser", "registerUserKeys", "disableUser", "enableUser", "lockUser", "deleteUser"):
        cloud.call(command, id=user)
    cloud.call("updateAccount", id=account["id"], networkdomain="ada.example.org")
    assert [event.type for event in told] == [
        "USER.CREATE", "USER.UPDATE", "REGISTER.USER.KEY", "USER.DISABLE", "USER.ENABLE", "USER.LOCK", "USER.DELETE",
        "ACCOUNT.UPDATE",
    ]  # fmt: skip
    assert {(event.account_id, event.account, event.user_id) for event in told} == {
        (account["id"], "ada", cloud.root.user_id)
    }


def test_a_deleted_user_leaves_nothing(cloud: Cloud, people: People) -> None:
    account = people.account("ada")
    user = account["user"][0]["id"]
    key = cloud.call("registerUserKeys", id=user)["userkeys"]["apikey"]
    assert cloud.call("deleteUser", id=user) == {"success": True}
    with pytest.raises(ApiKey.DoesNotExist):
        ApiKey.get(key)
    assert cloud.call("listAccounts", id=account["id"])["account"][0]["user"] == []
    refused(cloud, 431, "deleteUser", id=user)
    cloud.call("createUser", account="ada", username="ada", **PERSON)


@pytest.mark.parametrize("command", ["deleteUser", "disableUser", "lockUser"])
def test_nobody_keeps_itself_out(cloud: Cloud, people: People, command: str) -> None:
    second = people.caller(people.account("root2", 1))
    refused(cloud, 431, command, second, id=second.user_id)


def test_accounts_are_kept_out_and_let_in(cloud: Cloud, people: People) -> None:
    account = people.account("ada")
    domain = account["domainid"]
    assert cloud.call("lockAccount", account="ada", domainid=domain)["account"]["state"] == "locked"
    assert cloud.call("enableAccount", account="ada", domainid=domain)["account"]["state"] == "enabled"
    job = cloud.call("disableAccount", id=account["id"], lock="false")["jobid"]
    assert cloud.call("queryAsyncJobResult", jobid=job)["jobresult"]["account"]["state"] == "disabled"
    refused(cloud, 431, "disableAccount", id=cloud.root.account_id, lock="true")
    refused(cloud, 431, "enableAccount")


@pytest.mark.parametrize("command", ["lockAccount", "enableAccount"])
def test_an_account_in_the_midst_of_deployments_is_kept_out_and_let_in(
    cloud: Cloud, people: People, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    made = people.account("ada")
    place = {"account": "ada", "domainid": made["domainid"]}
    if command == "enableAccount":
        cloud.call("lockAccount", **place)
    read = _account_states.governed_account

    def counted_meanwhile(*named: Any) -> Account:
        account = read(*named)
        assert Account(account.id).change(Account.used_user_vm.add(1))
        return account

    monkeypatch.setattr(_account_states, "governed_account", counted_meanwhile)
    state = cloud.call(command, **place)["account"]["state"]
    account = Account.require(made["id"])
    assert (account.state, account.used_user_vm) == (state, 1)


def test_an_account_with_machines_is_locked_at_once_and_disabled_by_a_flow(cloud: Cloud, people: People) -> None:
    open_flows("identity/disable_account")
    account = people.account("ada")
    record = Account.require(account["id"])
    record.used_user_vm = 1
    record.save()
    cloud.call("disableAccount", id=account["id"], lock="true")
    assert Account.require(account["id"]).state == "locked"
    job = Job.require(cloud.call("disableAccount", id=account["id"], lock="false")["jobid"])
    assert (job.flow, job.ended, Account.require(account["id"]).state) == (
        "identity/disable_account",
        False,
        "disabled",
    )
    with pytest.raises(Refused, match="Another job"):
        cloud.call("disableAccount", id=account["id"], lock="false")


def test_roles_are_given_within_the_rights_of_the_giver(cloud: Cloud, people: People) -> None:
    domain = people.domain("d")["id"]
    boss = people.caller(people.account("boss", 2, domain))
    user = people.account("ada", 0, domain)["id"]
    role = {kind: role_id for kind, (role_id, _) in BUILT_IN.items()}
    shown = cloud.call("updateAccount", boss, id=user, roleid=role["DomainAdmin"], networkdomain="x.org")["account"]
    assert (shown["roletype"], shown["networkdomain"]) == ("DomainAdmin", "x.org")
    refused(cloud, 531, "updateAccount", boss, id=user, roleid=role["Admin"])
    refused(cloud, 431, "updateAccount", boss, id=boss.account_id, roleid=role["User"])
    refused(cloud, 431, "updateAccount", id=user, roleid=role["Admin"])
    refused(cloud, 431, "updateAccount", boss, id=cloud.root.account_id, networkdomain="x.org")


def test_an_empty_domain_is_deleted(cloud: Cloud, people: People) -> None:
    upper = people.domain("a")
    lower = people.domain("b", upper["id"])
    refused(cloud, 536, "deleteDomain", id=upper["id"])
    job = cloud.call("deleteDomain", id=lower["id"])["jobid"]
    assert cloud.call("queryAsyncJobResult", jobid=job)["jobstatus"] == 1
    people.account("ada", 0, upper["id"])
    refused(cloud, 536, "deleteDomain", id=upper["id"])
    refused(cloud, 431, "deleteDomain", id=cloud.root.domain_id)
    people.domain("b", upper["id"])
