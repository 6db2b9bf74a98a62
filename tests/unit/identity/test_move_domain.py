"""moveDomain: the domain goes at once, with its name and limits, what is in it follows; or nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.identity import _moving, _subtree
from functions.identity._domain import MOST_PATH
from functions.network.actions.seed_offerings import SHARED
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.limited_tags import HOST_TAGS
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People
from tests.unit.identity.following import follow

VM = 0
SHARED_NETWORK = {
    "name": "n", "networkofferingid": SHARED, "vlan": "7", "gateway": "192.168.7.1", "netmask": "255.255.255.0",
    "startip": "192.168.7.10", "endip": "192.168.7.99",
}  # fmt: skip
Act = Callable[[], object]


@pytest.fixture
def tree(people: People) -> dict[str, str]:
    """a, a/b, a/b/c and z, by name."""
    ids = {"a": people.domain("a")["id"], "z": people.domain("z")["id"]}
    ids["b"] = people.domain("b", ids["a"])["id"]
    ids["c"] = people.domain("c", ids["b"])["id"]
    return ids


def move(cloud: Cloud, key: str, target: str) -> dict[str, Any]:
    """The domain, below the target."""
    moved: dict[str, Any] = cloud.call("moveDomain", domainid=key, parentdomainid=target)["domain"]
    return moved


def standing() -> list[Any]:
    """All that knows of paths."""
    domains = sorted((one.path, one.id, one.parent_id or "", int(one.children), one.state) for one in Domain.scan())
    names = sorted((one.name, one.owner) for one in Claim.scan() if one.name.startswith("domain"))
    limits = sorted((one.scope, one.limit("user_vm"), one.over_user_vm) for one in Quota.scan())
    return [domains, names, limits]


def moved(cloud: Cloud, key: str, target: str) -> dict[str, Any]:
    """The same, once everything has followed."""
    answer = move(cloud, key, target)
    follow()
    return answer


def limit(cloud: Cloud, key: str, most: int, **more: str) -> None:
    """Give the domain a limit of virtual machines."""
    cloud.call("updateResourceLimit", domainid=key, resourcetype=VM, max=most, **more)


def first(monkeypatch: pytest.MonkeyPatch, act: Act) -> None:
    """Have somebody act before the next transaction is written."""
    commit = Transaction.commit

    def later(transaction: Transaction) -> None:
        monkeypatch.setattr(Transaction, "commit", commit)
        act()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", later)


def paths() -> list[str]:
    """Where the domains are; what is known by their paths fits."""
    domains = {one.path: one for one in Domain.scan()}
    names = {one.name: one.owner for one in Claim.scan() if one.name.startswith("domain/")}
    assert names == {Domain.claim_name(path): one.id for path, one in domains.items()}
    assert {one.scope for one in Quota.scan()} <= domains.keys()
    above = [one.parent_id for one in domains.values()]
    assert {one.id: int(one.children) for one in domains.values()} == {
        one.id: above.count(one.id) for one in domains.values()
    }
    return sorted(domains)


def test_a_branch_moves_with_its_names_and_limits(cloud: Cloud, tree: dict[str, str]) -> None:
    settings.change(HOST_TAGS, "gpu")
    limit(cloud, tree["b"], 7)
    limit(cloud, tree["c"], 3, tag="gpu")
    answer = moved(cloud, tree["b"], tree["z"])
    assert (answer["path"], answer["level"], answer["parentdomainid"], answer["haschild"]) == (
        "ROOT/z/b", 2, tree["z"], True,
    )  # fmt: skip
    domains, names, limits = standing()
    assert [(path, children) for path, _, _, children, _ in domains] == [
        ("/", 2), ("/a/", 0), ("/z/", 1), ("/z/b/", 1), ("/z/b/c/", 0),
    ]  # fmt: skip
    assert [(path, key) for path, key, *_ in domains[3:]] == [("/z/b/", tree["b"]), ("/z/b/c/", tree["c"])]
    assert [name for name, _ in names] == ["domain/", "domain/a/", "domain/z/", "domain/z/b/", "domain/z/b/c/"]
    assert limits == [("/z/b/", 7, -7), ("/z/b/c/", None, None), ("/z/b/c/\0gpu", 3, -3)]
    assert [row["name"] for row in cloud.call("listDomainChildren", id=tree["z"], isrecursive=True)["domain"]] == [
        "b", "c",
    ]  # fmt: skip
    cloud.call("createAccount", username="ada", accounttype=0, domainid=tree["c"], **PERSON)
    assert [one.domain_path for one in Account.scan() if one.name == "ada"] == ["/z/b/c/"]
    assert cloud.call("deleteDomain", id=tree["a"])["jobid"]


@pytest.mark.parametrize(
    ("key", "target", "sentence"),
    [
        ("root", "a", "ROOT is above all"),
        ("a", "a", "is the domain itself or below it"),
        ("a", "c", "is the domain itself or below it"),
        ("b", "a", "is right below ROOT/a already"),
        ("a", "absent", "Unable to find domain"),
        ("absent", "a", "Unable to find domain"),
        ("b", "z", "There is a domain ROOT/z/b already"),
        ("c", "long", "path would be longer"),
    ],
)
def test_what_cannot_be_moved_there_stays(
    cloud: Cloud, people: People, tree: dict[str, str], key: str, target: str, sentence: str
) -> None:
    known = tree | {"root": ROOT_DOMAIN, "absent": new_id()}
    people.domain("B", tree["z"])
    if target == "long":
        known["long"] = ROOT_DOMAIN
        while (length := len(Domain.require(known["long"]).path)) < MOST_PATH - 3:
            known["long"] = people.domain("x" * min(255, MOST_PATH - 2 - length), known["long"])["id"]
    before = standing()
    with pytest.raises(Refused, match=sentence) as refused:
        move(cloud, known[key], known[target])
    assert (refused.value.code, standing()) == (431, before)


def test_a_name_below_itself_is_taken_by_the_one_above(cloud: Cloud, people: People, tree: dict[str, str]) -> None:
    inner = people.domain("a", tree["a"])["id"]
    people.domain("a", inner)
    before = standing()
    with pytest.raises(Refused, match="There is a domain ROOT/a already"):
        move(cloud, inner, ROOT_DOMAIN)
    assert standing() == before


@pytest.mark.parametrize("closing", ["a", "b", "c", "z"])
def test_nothing_moves_out_of_or_into_what_is_being_deleted(cloud: Cloud, tree: dict[str, str], closing: str) -> None:
    Domain.require(tree[closing]).change(Domain.state.set(_subtree.INACTIVE))
    before = standing()
    with pytest.raises(Refused, match="is being deleted") as refused:
        move(cloud, tree["b"], tree["z"])
    assert (refused.value.code, standing()) == (531, before)


def test_more_limits_than_above_are_refused(cloud: Cloud, tree: dict[str, str]) -> None:
    settings.change(HOST_TAGS, "gpu")
    limit(cloud, tree["c"], 7)
    limit(cloud, tree["z"], 6)
    with pytest.raises(Refused, match="ROOT/z may have 6 user_vm, and ROOT/a/b/c 7"):
        move(cloud, tree["b"], tree["z"])
    limit(cloud, tree["z"], 7)
    limit(cloud, tree["c"], 2, tag="gpu")
    limit(cloud, tree["z"], 1, tag="gpu")
    with pytest.raises(Refused, match="ROOT/z may have 1 user_vm, and ROOT/a/b/c 2"):
        move(cloud, tree["b"], tree["z"])
    limit(cloud, tree["c"], 1, tag="gpu")
    assert move(cloud, tree["b"], tree["z"])["path"] == "ROOT/z/b"


def test_so_many_move_at_once(
    cloud: Cloud, tree: dict[str, str], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_moving, "MOST", 3)
    before = standing()
    people.domain("d", tree["c"])
    with pytest.raises(Refused, match="More than 3 domains would move") as refused:
        move(cloud, tree["a"], tree["z"])
    assert (refused.value.code, before[0][0][3]) == (431, 2)
    assert moved(cloud, tree["b"], tree["z"])["path"] == "ROOT/z/b"
    assert paths() == ["/", "/a/", "/z/", "/z/b/", "/z/b/c/", "/z/b/c/d/"]


def test_so_deep_a_record_changes_counters(cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_moving, "DEEPEST", 5)  # a, a/b and a/b/c for z, z/a, z/a/b and z/a/b/c
    before = standing()
    with pytest.raises(Refused, match="ROOT/a/b/c is too deep") as refused:
        move(cloud, tree["a"], tree["z"])
    assert (refused.value.code, standing()) == (431, before)
    monkeypatch.setattr(_moving, "DEEPEST", 7)
    assert moved(cloud, tree["a"], tree["z"])["path"] == "ROOT/z/a"


def test_the_deletion_of_the_domain_above_does_not_follow_what_moved_away(
    cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {tree["a"]: [*Domain.by_parent.query(tree["a"])]}
    moved(cloud, tree["b"], tree["z"])
    monkeypatch.setattr(Domain.by_parent, "query", lambda key: late.get(key, []))
    assert [one.path for one in _subtree.close_subtree(Domain.require(tree["a"]))] == ["/a/"]
    assert Domain.require(tree["b"]).state == "Active"
