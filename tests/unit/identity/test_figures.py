"""What accounts run, and what domains have together."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _figures
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from tests.cloud import Cloud
from tests.unit.site import build


def used(cloud: Cloud, name: str, domain: Domain, vms: int) -> None:
    """An account of the domain that has so many machines, each with 10 GiB."""
    account = Account.require(cloud.caller(name, domain).account_id)
    account.change(Account.used_user_vm.set(vms), Account.used_primary_storage.set(vms * 10 * 2**30))


def totals(cloud: Cloud, **filters: Any) -> dict[str, tuple[int | None, int | None]]:
    """What listDomains shows of machines and GiB, by domain."""
    rows = cloud.call("listDomains", **filters)["domain"]
    return {row["name"]: (row.get("vmtotal"), row.get("primarystoragetotal")) for row in rows}


@pytest.fixture
def tree(cloud: Cloud) -> dict[str, Domain]:
    """a and a/b with something in each, ab beside a."""
    a = cloud.domain("a")
    domains = {"a": a, "b": cloud.domain("b", a), "ab": cloud.domain("ab")}
    for name, vms in (("a", 1), ("b", 2), ("ab", 4)):
        used(cloud, f"of-{name}", domains[name], vms)
    return domains


def test_a_domain_has_what_is_in_it_and_below(cloud: Cloud, tree: dict[str, Domain]) -> None:
    assert totals(cloud) == {"ROOT": (7, 70), "a": (3, 30), "b": (2, 20), "ab": (4, 40)}
    assert totals(cloud, id=tree["b"].id) == {"b": (2, 20)}
    assert totals(cloud, details="min") == {
        "ROOT": (None, None),
        "a": (None, None),
        "b": (None, None),
        "ab": (None, None),
    }


def test_with_too_many_accounts_nothing_is_added_up(
    cloud: Cloud, tree: dict[str, Domain], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_figures, "MOST_ACCOUNTS", 2)
    assert set(totals(cloud).values()) == {(None, None)}
    assert totals(cloud, id=tree["a"].id) == {"a": (3, 30)}


@pytest.mark.parametrize(
    ("paths", "common"),
    [
        (["/a/b/"], "/a/b/"),
        (["/a/b/", "/a/c/"], "/a/"),
        (["/a/", "/a/b/"], "/a/"),
        (["/a/", "/ab/"], "/"),
        (["/"], "/"),
    ],
)
def test_the_lowest_domain_above_all(paths: list[str], common: str) -> None:
    assert _figures._common(paths) == common


def test_accounts_show_what_runs_while_they_are_few(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    site, tenant = build(cloud), cloud.caller("tenant")
    for state in ("Running", "Running", "Stopped", "Destroyed"):
        site.machine(tenant, state=state)
    (own,) = cloud.call("listAccounts", tenant)["account"]
    assert (own["vmrunning"], own["vmstopped"]) == (2, 1)
    rows = {row["name"]: row for row in cloud.call("listAccounts", listall="true")["account"]}
    assert [(rows[name]["vmrunning"], rows[name]["vmstopped"]) for name in ("admin", "tenant")] == [(0, 0), (2, 1)]
    assert "vmrunning" not in cloud.call("listAccounts", tenant, details="min")["account"][0]
    monkeypatch.setattr(_figures, "FEW", 1)
    assert not any("vmrunning" in row for row in cloud.call("listAccounts", listall="true")["account"])
