"""audit: every drift is found, repaired once, told in an event; a dry run touches nothing; runs are bounded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.orchestration import _audit_pages
from functions.orchestration.actions import audit
from infra.generator.declarations import records
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.record import Record
from javelin.data.records import sequence
from javelin.data.records.account import Account
from javelin.data.records.host import Host
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.data.records.network import Network
from javelin.data.records.project import Project
from javelin.data.records.quota import Quota
from javelin.data.records.storage_pool import StoragePool
from tests.cloud import Cloud, Context
from tests.unit.fabric_monitoring.world import Ear
from tests.unit.site import Site, build, create

REPAIR = ("OPERATION.RECONCILE", "WARN")


@pytest.fixture
def site(cloud: Cloud) -> Site:
    """A host with a guest, counted as they should be."""
    site = build(cloud)
    host, network = site.add_host(), site.network()
    site.add_pool()
    site.machine(state="Running", host_id=host.id, nics=[{"id": "n", "networkid": network.id}])
    rounds()
    rounds()
    assert rounds()["told"] == []
    return site


def rounds(**event: Any) -> dict[str, Any]:
    """One whole round."""
    while True:
        answer: dict[str, Any] = audit.handler({"now": True, **event}, Context())
        if answer["rounds"]:
            return answer


def everything() -> dict[str, list[Any]]:
    """All items but the audit's own."""
    tables = [record for record in records() if record.__name__ != "Audit"]
    return {record.__name__: sorted((row.serialize() for row in record.scan()), key=str) for record in tables}


def drift(record: type[Record], counter: str) -> Callable[[Site], Callable[[], int]]:
    """Make a counter wrong; answers what reads it."""

    def inject(site: Site) -> Callable[[], int]:
        key = next(iter(record.scan())).id  # type: ignore[attr-defined]  # every one of these has an id
        record.require(key).change(getattr(record, counter).add(7))
        return lambda: int(getattr(record.require(key), counter))

    return inject


def cloud_list(site: Site) -> Callable[[], int]:
    """A batch of the stream that came twice."""
    sequence.adjust("Host#cloud", {"0": 2})
    return lambda: sequence.counted(["Host#cloud"])["Host#cloud"][0]


def account_list(site: Site) -> Callable[[], int]:
    name = f"VirtualMachine#{site.cloud.root.account_id}"
    sequence.adjust(name, {"0": 2})
    return lambda: sequence.counted([name])[name][0]


def project(site: Site) -> Callable[[], int]:
    """A project's account, which is in no list of accounts."""
    root, key = site.cloud.root, new_id()
    home = {"domain_id": root.domain_id, "domain_path": root.domain_path}
    name = Project.account_name("crew", key)
    create(Account(key, name=name, role_id=root.role_id, role_type="User", used_volume=7, over_volume=7, **home))
    create(Project(key, account_id=key, account=name, name="crew", display_text="crew", **home))
    sequence.adjust("Project#cloud", {"0": 1})
    return lambda: int(Account.require(key).used_volume)


def tag(site: Site) -> Callable[[], int]:
    """What an account has of a tag that none of its guests has any more."""
    key = Quota.of_tag(site.cloud.root.account_id, "gpu")
    Account.require(site.cloud.root.account_id).change(Account.tagged.add({"gpu"}))
    Quota(key, used_user_vm=7).save()
    return lambda: Quota.of(key).used("user_vm")


DRIFTS = {
    "account": drift(Account, "used_memory"),
    "host": drift(Host, "guests"),
    "pool": drift(StoragePool, "allocated"),
    "network": drift(Network, "nics"),
    "list of the cloud": cloud_list,
    "list of an account": account_list,
    "project": project,
    "tag": tag,
}


def test_every_drift_is_found_then_repaired_once_and_told(site: Site) -> None:
    looks = [inject(site) for inject in DRIFTS.values()]
    ear, wrong = Ear(), [look() for look in looks]
    assert rounds()["suspect"] == len(DRIFTS)
    assert [look() for look in looks] == wrong
    assert rounds()["repaired"] == len(DRIFTS)
    assert not set(zip(DRIFTS, wrong, strict=True)) & set(zip(DRIFTS, [look() for look in looks], strict=True))
    assert rounds()["told"] == []
    assert ear.heard() == [REPAIR] * len(DRIFTS)


def test_domains_are_counted_and_know_how_far_they_are_from_their_limits(site: Site) -> None:
    upper = site.cloud.domain("upper")
    lower = site.cloud.domain("lower", upper)
    owner = site.cloud.caller("in-lower", lower)
    for _ in range(3):
        site.machine(owner)
    limits.set_limit(lambda: Quota.of(lower.path), "user_vm", 10)
    limits.set_limit(lambda: Account.require(owner.account_id), "user_vm", 2)
    rounds()
    rounds()
    assert rounds()["told"] == []
    quotas = {quota.scope: quota for quota in Quota.scan()}
    assert {path: quota.used("user_vm") for path, quota in quotas.items()} == {upper.path: 3, lower.path: 3}
    assert quotas[lower.path].used("memory") == 3 * 128
    assert int(quotas[lower.path].over_user_vm) == 3 - 10
    assert int(Account.require(owner.account_id).over_user_vm) == 3 - 2


def test_projects_count_for_who_made_them_and_the_domains_above(site: Site) -> None:
    home = site.cloud.domain("home")
    maker = site.cloud.caller("maker", home)
    site.cloud.call("createProject", maker, name="crew")
    sequence.adjust("Project#cloud", {"0": 1})
    rounds()
    rounds()
    assert rounds()["told"] == []
    Account.require(maker.account_id).change(Account.used_project.set(5))
    Quota.of(home.path).change(Quota.used_project.set(0))
    rounds()
    assert rounds()["repaired"] == 2
    assert [counted.used("project") for counted in (Account.require(maker.account_id), Quota.of(home.path))] == [1, 1]


def test_what_guests_and_volumes_have_of_tags_is_counted(site: Site) -> None:
    home = site.cloud.domain("home")
    owner = site.cloud.caller("owner", home)
    site.machine(owner, host_tags=["gpu"])
    limits.set_limit(lambda: Quota.of(Quota.of_tag(owner.account_id, "gpu")), "user_vm", 3)
    rounds()
    rounds()
    assert rounds()["told"] == []
    of_tags = {key: quota for key in ("/home/", owner.account_id) for quota in Quota.of_tags(key, ["gpu"])}
    assert {(quota.used("user_vm"), quota.used("cpu"), quota.used("memory")) for quota in of_tags.values()} == {
        (1, 1, 128)
    }
    assert int(of_tags[owner.account_id].over_user_vm) == 1 - 3


def test_a_dry_run_tells_and_touches_nothing(site: Site) -> None:
    for inject in DRIFTS.values():
        inject(site)
    before = everything()
    assert rounds(dry_run=True)["suspect"] == len(DRIFTS)
    told = rounds(dry_run=True)
    assert told["differs"] == len(DRIFTS)
    assert "repaired" not in told
    assert everything() == before


def test_what_moves_between_two_looks_is_left(site: Site) -> None:
    look = DRIFTS["host"](site)
    rounds()
    DRIFTS["host"](site)
    wrong = look()
    assert rounds()["suspect"] == 1
    assert look() == wrong


def test_the_second_look_is_some_time_after_the_first(site: Site) -> None:
    look = DRIFTS["host"](site)
    wrong = look()
    for _ in range(3):
        assert rounds(now=False)["suspect"] == 1
    assert look() == wrong


def test_the_lease_of_an_ended_job_is_freed(site: Site) -> None:
    network = site.network()
    job = site.job("Network", network.id)
    assert "repaired" not in rounds()
    job.change(Job.status.set(int(JobStatus.FAILED)), Job.completed.set(datetime.now(UTC)))
    before = everything()
    assert rounds(dry_run=True)["differs"] >= 1
    assert everything() == before
    ear = Ear()
    rounds()
    assert Lease.get(network.id).owner is None
    assert REPAIR in ear.heard()


def test_the_lease_of_a_stuck_job_is_kept_and_says_so(site: Site) -> None:
    network = site.network()
    job = site.job("Network", network.id)
    changes = Job.status.set(int(JobStatus.FAILED)), Job.error.set("Stuck"), Job.result.set({"errortext": "why"})
    job.change(*changes)
    rounds()
    assert (Lease.get(network.id).owner, Lease.get(network.id).stuck) == (job.id, "why")


def test_a_run_reads_so_much_and_goes_on_where_it_stopped(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    look = DRIFTS["host"](site)
    wrong = look()
    monkeypatch.setattr(audit, "MOST_READ", 5)
    for _ in range(2):
        answers: list[dict[str, Any]] = []
        while not answers or not answers[-1]["rounds"]:
            answers.append(audit.handler({"now": True}, Context()))
        assert len(answers) > len(_audit_pages.STAGES) / 2
        assert max(answer["read"] for answer in answers) <= 5 + 20
    assert look() != wrong


def test_more_counters_than_an_item_holds_take_more_rounds(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_audit_pages, "SHARE", 1)
    look = DRIFTS["host"](site)
    wrong = look()
    for _ in range(14):
        rounds()
    assert look() != wrong
