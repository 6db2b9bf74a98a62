"""Who comes between moveDomain and what it looked at, or while its job is at work, goes along or finds out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context as Outside
from threading import Barrier

import pytest

from functions.network.actions import seed_offerings
from javelin.data.records.account import Account
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.network import Network
from javelin.data.records.project import Project
from javelin.data.records.quota import Quota
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON
from tests.unit.identity.following import follow
from tests.unit.identity.test_move_domain import SHARED_NETWORK, Act, first, limit, move, moved, paths, tree
from tests.unit.site import build

__all__ = ["tree"]


def comes_in(cloud: Cloud, kind: str, key: str) -> Act:
    """Something that notes the path of the domain."""
    zone = build(cloud).zone.id if kind in ("network", "dedication") else ""
    if kind == "network":
        seed_offerings.handler({}, None)
    owner = cloud.caller("roamer", Domain.require(key)).account_id if kind == "project" else ""
    acts: dict[str, Act] = {
        "account": lambda: cloud.call("createAccount", username="u", accounttype=0, domainid=key, **PERSON),
        "domain": lambda: cloud.call("createDomain", name="late", parentdomainid=key),
        "limit": lambda: limit(cloud, key, 5),
        "network": lambda: cloud.call("createNetwork", zoneid=zone, domainid=key, **SHARED_NETWORK),
        "dedication": lambda: cloud.call("dedicateZone", zoneid=zone, domainid=key),
        "deletion": lambda: cloud.call("deleteDomain", id=key),
        "project": lambda: cloud.call("createProject", name="late", accountid=owner),
    }
    return acts[kind]


KINDS = ["account", "project", "domain", "limit", "network", "dedication", "deletion"]


def places() -> set[str]:
    """Where accounts and what keeps the path of a domain are."""
    return {row.domain_path for model in (Account, Project, Network, Dedication) for row in model.scan()}


def kept() -> list[int]:
    """How much there is that keeps the path of a domain, or could."""
    return [len([*model.scan()]) for model in (Account, Project, Network, Dedication, Quota)]


@pytest.mark.parametrize("kind", ["project", "network", "deletion"])
@pytest.mark.usefixtures("people")
def test_what_changes_its_counters_meanwhile_stops_the_move(
    cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    first(monkeypatch, comes_in(cloud, kind, tree["c"]))
    with pytest.raises(Refused, match="look again and repeat"):
        move(cloud, tree["b"], tree["z"])
    assert paths() == ["/", "/a/", "/a/b/", *([] if kind == "deletion" else ["/a/b/c/"]), "/z/"]
    assert moved(cloud, tree["b"], tree["z"])["path"] == "ROOT/z/b"


@pytest.mark.parametrize("kind", ["account", "domain", "limit", "dedication"])
@pytest.mark.usefixtures("people")
def test_what_comes_into_it_meanwhile_goes_along(
    cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    first(monkeypatch, comes_in(cloud, kind, tree["c"]))
    moved(cloud, tree["b"], tree["z"])
    also = ["/z/b/c/late/"] if kind == "domain" else []
    assert paths() == ["/", "/a/", "/z/", "/z/b/", "/z/b/c/", *also]
    assert places() <= {"/", "/z/b/c/", *also}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("people")
def test_what_comes_while_it_moves_goes_along(
    cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    act = comes_in(cloud, kind, tree["c"])
    first(monkeypatch, lambda: move(cloud, tree["b"], tree["z"]))
    act()
    follow()
    also = {"domain": ["/z/b/c/", "/z/b/c/late/"], "deletion": []}.get(kind, ["/z/b/c/"])
    assert paths() == ["/", "/a/", "/z/", "/z/b/", *also]
    assert places() <= {"/", *also}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("people")
def test_what_comes_late_finds_the_domain_moved(
    cloud: Cloud, tree: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    act, before = comes_in(cloud, kind, tree["c"]), kept()
    first(monkeypatch, lambda: Outside().run(moved, cloud, tree["b"], tree["z"]))
    with pytest.raises(Refused, match="moved"):
        act()
    assert (paths(), kept()) == (["/", "/a/", "/z/", "/z/b/", "/z/b/c/"], before)


def test_two_moves_that_would_make_a_ring_do_not_both_happen(cloud: Cloud, tree: dict[str, str]) -> None:
    gate = Barrier(2)

    def one(key: str, target: str) -> str:
        gate.wait(60)
        try:
            return str(move(cloud, key, target)["path"])
        except Refused:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        told = [*pool.map(one, (tree["a"], tree["z"]), (tree["z"], tree["a"]))]
    follow()
    assert (told, paths()) in (
        (["ROOT/z/a", "refused"], ["/", "/z/", "/z/a/", "/z/a/b/", "/z/a/b/c/"]),
        (["refused", "ROOT/a/z"], ["/", "/a/", "/a/b/", "/a/b/c/", "/a/z/"]),
    )
