"""What is in a moved domain follows: dedicated places, shared networks, accounts with all they own, limits; and what is
refused while it does."""

from __future__ import annotations

from contextvars import Context as Outside
from typing import Any

import pytest

from functions.network.actions import seed_offerings
from javelin.data import limits, settings
from javelin.data.ids import new_id
from javelin.data.limited_tags import HOST_TAGS
from javelin.data.owned_records import owned_records
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.host import Host
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.quota import Quota
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import People
from tests.unit.identity.following import follow, one_pass, under_way
from tests.unit.identity.test_move_domain import SHARED_NETWORK, first, limit, move, moved
from tests.unit.site import build

PAIR = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJhbmRvbWtleWZvcnRlc3RzMDEyMzQ1Njc4OTAxMjM0"
GPU = "gpu"


@pytest.fixture
def tree(people: People) -> dict[str, str]:
    """a, a/b and z, by name, and an account in a/b."""
    ids = {"a": people.domain("a")["id"], "z": people.domain("z")["id"]}
    ids["b"] = people.domain("b", ids["a"])["id"]
    ids["ada"] = people.account("ada", domain=ids["b"])["id"]
    return ids


def owner_of(key: str) -> dict[str, str]:
    """The attributes that say that something is the account's."""
    account = Account.require(key)
    return {"account_id": key, "account": account.name, "domain_id": account.domain_id,
            "domain_path": account.domain_path}  # fmt: skip


def template(key: str) -> Template:
    """A template that the account owns, counted."""
    account, transaction = Account.require(key), Transaction()
    made = Template(new_id(), name="t", display_text="t", state="Ready", **owner_of(key))
    transaction.create(made)
    limits.use(transaction, account, template=1)
    transaction.commit()
    return made


def guest(key: str) -> VirtualMachine:
    """A guest with a volume, counted, by a tag too."""
    account, transaction, who = Account.require(key), Transaction(), owner_of(key)
    zone: dict[str, Any] = {"zone_id": new_id(), "zone_name": "z1"}
    volume = Volume(new_id(), name="ROOT-1", type="ROOT", size=5, **zone, **who)
    made = VirtualMachine(
        new_id(), name="g", display_name="g", instance_name="i", offering_id=new_id(), offering_name="o",
        template_id=new_id(), template_name="t", template_text="t",
        user_id=new_id(), user_name="u", cpus=2, mhz=1, memory_mib=8, host_tags=[GPU],
        volume_ids=[volume.id], root_volume_id=volume.id, **zone, **who,
    )  # fmt: skip
    volume.vm_id = made.id
    transaction.create(volume)
    transaction.create(made)
    many = {"user_vm": 1, "cpu": 2, "memory": 8}
    limits.use(transaction, account, tagged={GPU: many}, **many, volume=1, primary_storage=5)
    transaction.commit()
    return made


def paths() -> list[str]:
    """Where the domains are."""
    return sorted(one.path for one in Domain.scan())


def used(path: str, resource: str, tag: str | None = None) -> int:
    """What is counted for the domain."""
    return Quota.of(Quota.of_tag(path, tag) if tag else path).used(resource)


def may(path: str, resource: str) -> int | None:
    """The domain's limit, which fits with what it has."""
    quota = Quota.of(path)
    if (most := quota.limit(resource)) is not None:
        assert getattr(quota, f"over_{resource}") == quota.used(resource) - most
    return most


def left_at(path: str) -> list[str]:
    """The kinds of records that are still there."""
    kinds: list[Any] = [*owned_records().values(), PublicAddress, Account]
    told = ("Job", "Event", "UsageRecord", "ArchivedEvent")
    return [kind.__name__ for kind in kinds if kind.__name__ not in told
            for row in kind.scan() if (row.domain_path or "").startswith(path)]  # fmt: skip


def test_all_that_counts_takes_its_counters_along(cloud: Cloud, tree: dict[str, str]) -> None:
    settings.change(HOST_TAGS, GPU)
    limit(cloud, tree["a"], 9)
    limit(cloud, tree["b"], 3)
    limit(cloud, tree["b"], 2, tag=GPU)
    limit(cloud, tree["z"], 4)
    guest(tree["ada"])
    template(tree["ada"])
    cloud.call("registerSSHKeyPair", name="k", publickey=PAIR, account="ada", domainid=tree["b"])
    assert moved(cloud, tree["b"], tree["z"])["path"] == "ROOT/z/b"
    assert left_at("/a/") == []
    counted = {"user_vm": 1, "cpu": 2, "memory": 8, "volume": 1, "primary_storage": 5, "template": 1}
    for resource, many in counted.items():
        assert [used(path, resource) for path in ("/a/", "/z/", "/z/b/")] == [0, many, many], resource
        assert Account.require(tree["ada"]).used(resource) == many
    assert [used(path, "user_vm", GPU) for path in ("/a/", "/z/", "/z/b/")] == [0, 1, 1]
    assert [may(path, "user_vm") for path in ("/a/", "/z/", "/z/b/", "/a/b/")] == [9, 4, 3, None]
    tagged = Quota.of(Quota.of_tag("/z/b/", GPU))
    assert (tagged.limit("user_vm"), tagged.over_user_vm) == (2, -1)
    assert Domain.require(tree["b"]).moved_from is None
    assert [one.name for one in Claim.scan() if "moved" in one.name] == []


def test_both_places_together_never_have_more_than_the_domain_may(
    cloud: Cloud, tree: dict[str, str], people: People
) -> None:
    bob = people.account("bob", domain=tree["b"])["id"]
    limit(cloud, tree["b"], 3)
    guest(tree["ada"])
    move(cloud, tree["b"], tree["z"])
    assert (may("/a/b/", "user_vm"), may("/z/b/", "user_vm")) == (1, 2)
    with pytest.raises(limits.ResourceLimitExceeded):
        guest(bob)  # which has not followed yet, and counts where it is
    follow()
    guest(bob)
    guest(bob)
    with pytest.raises(limits.ResourceLimitExceeded):
        guest(tree["ada"])
    assert (used("/z/b/", "user_vm"), may("/z/b/", "user_vm"), Quota.find("/a/b/")) == (3, 3, None)


def test_a_domain_that_has_more_than_it_may_still_may_as_much(cloud: Cloud, tree: dict[str, str]) -> None:
    guest(tree["ada"])
    guest(tree["ada"])
    limit(cloud, tree["b"], 1)
    moved(cloud, tree["b"], tree["z"])
    assert (used("/z/b/", "user_vm"), may("/z/b/", "user_vm")) == (2, 1)


def test_what_is_beyond_the_limits_above_stays(cloud: Cloud, tree: dict[str, str]) -> None:
    settings.change(HOST_TAGS, GPU)
    guest(tree["ada"])
    guest(tree["ada"])
    limit(cloud, tree["z"], 1)
    with pytest.raises(Refused, match="The limits of domain ROOT/z do not allow what ROOT/a/b has") as refused:
        move(cloud, tree["b"], tree["z"])
    limit(cloud, tree["z"], 2)
    limit(cloud, tree["z"], 1, tag=GPU)
    with pytest.raises(Refused, match="The limits of domain ROOT/z do not allow what ROOT/a/b has"):
        move(cloud, tree["b"], tree["z"])
    assert (refused.value.code, paths()) == (535, ["/", "/a/", "/a/b/", "/z/"])
    assert (used("/a/b/", "user_vm"), under_way()) == (2, [])


def test_dedicated_places_and_shared_networks_follow(cloud: Cloud, tree: dict[str, str]) -> None:
    site = build(cloud)
    host = site.add_host()
    seed_offerings.handler({}, None)
    cloud.call("dedicateZone", zoneid=site.zone.id, domainid=tree["b"])
    cloud.call("createNetwork", zoneid=site.zone.id, domainid=tree["b"], **SHARED_NETWORK)
    assert (Host.require(host.id).dedicated_to, used("/a/b/", "network")) == (["domain/a/b/"], 1)
    moved(cloud, tree["b"], tree["z"])
    assert Host.require(host.id).dedicated_to == ["domain/z/b/"]
    assert [row.domain_path for row in Network.scan()] == ["/z/b/"]
    assert [used(path, "network") for path in ("/a/", "/z/", "/z/b/")] == [0, 1, 1]


def test_what_is_made_for_an_account_that_just_followed_is_made_again(
    cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    move(cloud, tree["b"], tree["z"])
    (job,) = under_way()
    late = Account.domain_path.set("/z/b/")
    first(monkeypatch, lambda: Outside().run(Account.require(tree["ada"]).change, late))
    with pytest.raises(Refused, match="was moved or got another name just now"):
        cloud.call("registerSSHKeyPair", name="k", publickey=PAIR, account="ada", domainid=tree["b"])
    assert [*SshKeyPair.scan()] == []
    one_pass(job)
    cloud.call("registerSSHKeyPair", name="k", publickey=PAIR, account="ada", domainid=tree["b"])
    assert [row.domain_path for row in SshKeyPair.scan()] == ["/z/b/"]


def test_nothing_is_given_back_where_it_does_not_count_any_more(cloud: Cloud, tree: dict[str, str]) -> None:
    made = template(tree["ada"])
    moved(cloud, tree["b"], tree["z"])
    transaction = Transaction()
    transaction.delete(made, limits.in_place(made))  # as it was read before
    limits.give_back(transaction, made, template=1)
    with pytest.raises(limits.ConcurrentOperation):
        transaction.commit()
    assert [used(path, "template") for path in ("/a/", "/z/", "/z/b/")] == [0, 1, 1]


def test_one_domain_is_moved_at_a_time(cloud: Cloud, tree: dict[str, str], people: People) -> None:
    people.domain("y")
    move(cloud, tree["b"], tree["z"])
    for again in (tree["a"], tree["b"]):
        with pytest.raises(Refused, match="Domain ROOT/z/b is being moved, and one is at a time") as refused:
            cloud.call("updateDomain", id=again, name="other")
        assert refused.value.code == 534
    with pytest.raises(Refused, match="is being moved"):
        limit(cloud, tree["b"], 5)
    with pytest.raises(Refused, match="There is a domain b below a already"):
        people.domain("b", tree["a"])  # its name is free when nothing is there any more
    follow()
    people.domain("b", tree["a"])
    limit(cloud, tree["b"], 5)


def test_what_a_failed_job_left_follows_when_the_call_is_repeated(cloud: Cloud, tree: dict[str, str]) -> None:
    move(cloud, tree["b"], tree["z"])
    assert move(cloud, tree["b"], tree["z"])["path"] == "ROOT/z/b"  # its job is at it
    (job,) = under_way()
    one_pass(job, phase="undo")
    assert Job.require(job.id).status == int(JobStatus.FAILED)
    assert Account.require(tree["ada"]).domain_path == "/a/b/"
    assert moved(cloud, tree["b"], tree["z"])["path"] == "ROOT/z/b"
    assert Account.require(tree["ada"]).domain_path == "/z/b/"
    with pytest.raises(Refused, match="is right below ROOT/z already"):
        move(cloud, tree["b"], tree["z"])


def test_a_domain_that_is_deleted_while_it_moves_leaves_nothing(cloud: Cloud, people: People) -> None:
    top, target = people.domain("a")["id"], people.domain("z")["id"]
    inner = people.domain("b", top)["id"]
    move(cloud, top, target)
    (job,) = under_way()
    one_pass(job, "Follow")
    assert cloud.call("deleteDomain", id=inner)["jobid"]
    follow()
    assert paths() == ["/", "/z/", "/z/a/"]


@pytest.mark.parametrize("name", ["other", "B"])
def test_a_domain_gets_another_name(cloud: Cloud, tree: dict[str, str], people: People, name: str) -> None:
    inner = people.domain("c", tree["b"])["id"]
    guest(tree["ada"])
    answer = cloud.call("updateDomain", id=tree["b"], name=name, networkdomain="b.internal")["domain"]
    assert (answer["name"], answer["path"], answer["networkdomain"]) == (name, f"ROOT/a/{name}", "b.internal")
    cloud.call("updateDomain", id=tree["b"], name=name)  # which changes nothing, and disturbs no job
    follow()
    assert paths() == ["/", "/a/", f"/a/{name}/", f"/a/{name}/c/", "/z/"]
    assert Domain.require(inner).path == f"/a/{name}/c/"
    assert left_at("/a/b/") == []
    assert (used(f"/a/{name}/", "user_vm"), Quota.find("/a/b/")) == (1, None)
    assert cloud.call("listDomains", id=inner)["domain"][0]["path"] == f"ROOT/a/{name}/c"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("z", "There is a domain ROOT/z already"),
        ("a/b", "no slash"),
        (" ", "visible character"),
        ("x" * 1024, "longer"),
    ],
)
def test_names_that_domains_cannot_have(cloud: Cloud, tree: dict[str, str], name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        cloud.call("updateDomain", id=tree["a"], name=name)
    assert (refused.value.code, paths()) == (431, ["/", "/a/", "/a/b/", "/z/"])
    with pytest.raises(Refused, match="ROOT keeps its name"):
        cloud.call("updateDomain", id=ROOT_DOMAIN, name="top")
