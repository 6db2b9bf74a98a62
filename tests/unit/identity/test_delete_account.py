"""deleteAccount: who may, what is refused, that nothing new comes, and that every kind of thing has its way to go."""

from __future__ import annotations

import pytest

from functions.identity import _belongings, _leaving
from functions.identity._belongings import WAYS, Call
from javelin.data import limits, settings
from javelin.data.ids import new_id
from javelin.data.owned_records import owned_records
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.configuration import Configuration
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.job import Job
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.quota import Quota
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.flows.world import functions_by_name
from tests.unit.identity.conftest import People
from tests.unit.site import build, open_flows

FLOW = "identity/delete_account"


def test_every_kind_of_thing_that_an_account_owns_has_a_way_to_go() -> None:
    assert {*owned_records()} - {*WAYS} == set(), (
        "say in functions/identity/_belongings.py how it goes with its account"
    )
    called = {f"javelin-{way.component.replace('_', '-')}-{way.operation.replace('_', '-')}"
              for way in WAYS.values() if isinstance(way, Call)}  # fmt: skip
    assert called - {*functions_by_name()} == set()


def test_the_account_is_closed_at_once(cloud: Cloud, people: People) -> None:
    open_flows(FLOW)
    home = people.domain("home")
    account = people.account("leaver", domain=home["id"])
    job = cloud.call("deleteAccount", id=account["id"])["jobid"]
    closed = Account.require(account["id"])
    assert (closed.state, closed.closing is not None, Job.require(job).flow) == ("disabled", True, FLOW)
    transaction = Transaction()
    limits.use(transaction, closed, volume=1)
    with pytest.raises(Exception, match="or it is being deleted"):
        transaction.commit()
    for command in ("deleteAccount", "enableAccount"):
        with pytest.raises(Refused) as refused:
            cloud.call(command, id=account["id"])
        assert refused.value.code in (536, 530)
    assert Account.require(account["id"]).state == "disabled"


@pytest.mark.parametrize("whose", ["own", "first", "foreign"])
def test_some_are_not_deleted(cloud: Cloud, people: People, whose: str) -> None:
    home, other = people.domain("home"), people.domain("other")
    admin = people.caller(people.account("boss", kind=2, domain=home["id"]))
    foreign = people.account("stranger", domain=other["id"])
    ids = {"own": admin.account_id, "first": ROOT_ACCOUNT, "foreign": foreign["id"]}
    before = [account.attribute_values for account in Account.scan()]
    with pytest.raises(Refused):
        cloud.call("deleteAccount", admin, id=ids[whose])
    with pytest.raises(Refused):
        cloud.call("deleteAccount", cloud.root, id=ROOT_ACCOUNT)
    assert [account.attribute_values for account in Account.scan()] == before


def test_users_names_keys_settings_and_permissions_go_last(cloud: Cloud, people: People) -> None:
    site, home = build(cloud), people.domain("home")
    made = people.account("leaver", domain=home["id"])
    cloud.call("registerUserKeys", id=made["user"][0]["id"])
    settings.change(settings.MOST_JOBS, "100", "account", made["id"])
    owner = {"account_id": ROOT_ACCOUNT, "account": "admin", "domain_id": ROOT_DOMAIN, "domain_path": "/"}
    template = Template(new_id(), name="t", display_text="t", **owner)
    template.save()
    LaunchPermission(made["id"], template.id).save()
    template.change(Template.shared_with.add({made["id"], "somebody"}))
    account = Account.require(made["id"])
    assert _leaving.remove_some_users(account) == 0
    account = Account.require(made["id"])
    job = site.job("Account", account.id)
    assert _leaving.end_account(job, account) == 1
    assert Template.require(template.id).shared_with == {"somebody"}
    assert _leaving.end_account(job, account) == 0
    assert Job.require(job.id).ended
    assert [Account.find(made["id"]), User.find(made["user"][0]["id"])] == [None, None]
    assert [len([*ApiKey.scan()]), len([*Configuration.scan()])] == [0, 0]
    assert int(Domain.require(home["id"]).accounts) == 0
    assert not [claim.name for claim in Claim.scan() if "leaver" in claim.name]


def test_what_is_still_counted_keeps_the_account(cloud: Cloud, people: People) -> None:
    site = build(cloud)
    account = Account.require(people.account("leaver")["id"])
    transaction = Transaction()
    limits.use(transaction, account, network=1)
    transaction.commit()
    job = site.job("Account", account.id)
    assert _leaving.end_account(job, Account.require(account.id)) == 1
    assert Account.find(account.id) is not None


def test_the_limits_of_tags_go_with_the_account(cloud: Cloud, people: People) -> None:
    site = build(cloud)
    account = Account.require(people.account("leaver")["id"])
    for change in (limits.use, limits.give_back):
        transaction = Transaction()
        change(transaction, account, tagged={"gpu": {"network": 1}}, network=1)
        transaction.commit()
    job = site.job("Account", account.id)
    Account.require(account.id).change(Account.user_ids.remove())
    assert [quota.tag for quota in Quota.scan()] == ["gpu"]
    assert _leaving.end_account(job, Account.require(account.id)) == 0
    assert [Account.find(account.id), *Quota.scan()] == [None]


def test_what_cannot_go_is_named(cloud: Cloud, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    site = build(cloud)
    made = people.account("leaver")
    machine = site.machine(people.caller(made), delete_protection=True)
    monkeypatch.setattr(_belongings, "call", lambda component, name, payload: {"error": {"text": "no host knows it"}})
    with pytest.raises(Exception, match=r"A virtual machine of account leaver cannot be deleted: no host knows it"):
        _belongings.clear(Account.require(made["id"]))
    machine.refresh(consistent_read=True)
    assert not machine.delete_protection
