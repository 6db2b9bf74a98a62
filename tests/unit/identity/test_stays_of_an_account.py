"""What stays of an account that was deleted is told to whoever governs its domains, however few accounts these have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.identity import _leaving, _project_end
from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.reach import FEW
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.project import Project
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.usage_record import UsageRecord
from javelin.data.transaction import Transaction
from tests.cloud import Cloud
from tests.unit.data.stories import Story, id_of
from tests.unit.events.test_event_log import deliver, happened
from tests.unit.identity.conftest import People
from tests.unit.identity.following import follow
from tests.unit.identity.test_move_domain import moved
from tests.unit.site import build

DAY = "2026-01-02"


@dataclass
class Past:
    """Who governs the domain of an account that was deleted, and the domain above it; and when it was there."""

    above: Caller
    own: Caller
    other: Caller
    story: Story


@pytest.fixture
def past(cloud: Cloud, people: People) -> Past:
    """The account had a key pair, made an event and used something."""
    site, top = build(cloud), people.domain("top")["id"]
    home = people.domain("home", top)["id"]
    above, own, other = (
        people.caller(people.account(name, 2, domain))
        for name, domain in (("above", top), ("own", home), ("other", people.domain("other")["id"]))
    )
    leaver = people.caller(people.account("leaver", domain=home))
    story = Story()
    belongs = {name: getattr(leaver, name) for name in ("account_id", "account", "domain_id", "domain_path")}
    pair = SshKeyPair(id_of(story.start + 10, 1), name="pair", public_key="k", fingerprint="0", **belongs)
    story.make(10, pair)
    story.delete(20, pair)
    story.tell()
    deliver(happened(leaver))
    then = datetime(2026, 1, 2, tzinfo=UTC)
    used = UsageRecord(
        new_id(), usage_type=1, resource_id="vm", day=DAY, started=then, ended=then, seconds=1, **belongs
    )
    transaction = Transaction()
    transaction.create(used)
    transaction.commit()
    _leaving.remove_some_users(Account.require(leaver.account_id))
    account = Account.require(leaver.account_id)
    assert _leaving.end_account(site.job("Account", account.id), account) == 0
    return Past(above, own, other, story)


def told(cloud: Cloud, past: Past, caller: Caller, **asked: Any) -> list[int]:
    """How many events, usage records and key pairs of then somebody is told of."""
    usage = {name: value for name, value in asked.items() if name != "listall"}
    return [
        cloud.call("listEvents", caller, type="VM.START", **asked).get("count", 0),
        cloud.call("listUsageRecords", caller, startdate=DAY, enddate=DAY, **usage).get("count", 0),
        cloud.call("listSSHKeyPairs", caller, asof=past.story.at(15), **asked).get("count", 0),
    ]


def test_those_who_govern_its_domains_are_told(cloud: Cloud, past: Past) -> None:
    every = {"listall": "true"}
    assert [told(cloud, past, one, **every) for one in (past.own, past.above, cloud.root)] == [[1, 1, 1]] * 3
    assert told(cloud, past, past.other, **every) == [0, 0, 0]


def test_domains_are_told_apart(cloud: Cloud, past: Past) -> None:
    for caller in (past.above, cloud.root):
        assert told(cloud, past, caller, domainid=past.own.domain_id) == [1, 1, 1]
        assert told(cloud, past, caller, domainid=past.above.domain_id) == [0, 0, 0]
        assert told(cloud, past, caller, domainid=past.above.domain_id, isrecursive="true") == [1, 1, 1]


@pytest.mark.parametrize("accounts", [1, FEW + 1])
def test_the_next_domain_of_the_name_is_told_of_nobody_before_it(
    cloud: Cloud, people: People, past: Past, accounts: int
) -> None:
    for governor in (past.own, past.above):
        transaction = Transaction()
        transaction.delete(Domain(governor.domain_id))
        transaction.release(Domain.claim_name(governor.domain_path))
        transaction.commit()
    top = people.domain("top")["id"]
    people.domain("home", top)
    caller, *_ = [people.caller(people.account(f"next{number}", 2, top)) for number in range(accounts)]
    assert told(cloud, past, caller, listall="true") == [0, 0, 0]


def test_it_is_told_where_its_domain_was_moved_to(cloud: Cloud, past: Past) -> None:
    moved(cloud, past.own.domain_id, past.other.domain_id)
    own = past.own.model_copy(update={"domain_path": "/other/home/"})
    told_now = [told(cloud, past, one, listall="true")[:2] for one in (own, past.other, past.above)]
    assert told_now == [[1, 1], [1, 1], [0, 0]]


def test_the_next_domain_of_a_name_that_was_given_up_is_told_nothing(cloud: Cloud, past: Past, people: People) -> None:
    cloud.call("updateDomain", id=past.above.domain_id, name="before")
    follow()
    again = people.caller(people.account("again", 2, people.domain("top")["id"]))
    assert told(cloud, past, again, listall="true")[:2] == [0, 0]
    above = past.above.model_copy(update={"domain_path": "/before/"})
    assert told(cloud, past, above, listall="true")[:2] == [1, 1]


def test_projects_are_accounts_in_this_too(cloud: Cloud, people: People) -> None:
    site = build(cloud)
    governor = people.caller(people.account("gov", 2, people.domain("home")["id"]))
    project = Project.require(cloud.call("createProject", governor, name="crew", displaytext="Crew")["id"])
    account = Account.require(project.id)
    deliver(happened(governor.model_copy(update={"account_id": account.id, "account": account.name})))
    assert _project_end.empty(project) == 0
    assert _project_end.end_project(site.job("Project", project.id), project, Account.require(account.id)) == 0
    assert cloud.call("listEvents", governor, type="VM.START", listall="true")["count"] == 1
