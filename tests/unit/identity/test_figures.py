"""What accounts run, and what domains have together."""

from __future__ import annotations

from typing import Any

import pytest

from functions.identity import _figures
from javelin.data import limits
from javelin.data.reach import find_account
from javelin.data.records.account import Account
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction
from tests.cloud import Cloud
from tests.unit.site import build


def used(cloud: Cloud, name: str, domain: Domain, vms: int) -> None:
    """An account of the domain that has so many machines, each with 10 GiB."""
    transaction = Transaction()
    limits.use(transaction, cloud.caller(name, domain), user_vm=vms, primary_storage=vms * 10 * 2**30)
    transaction.commit()


def totals(cloud: Cloud, **filters: Any) -> dict[str, tuple[int | None, int | None]]:
    """What listDomains shows of machines and GiB, by domain."""
    rows = cloud.call("listDomains", **filters)["domain"]
    return {row["name"]: (row.get("vmtotal"), row.get("primarystoragetotal")) for row in rows}


@pytest.fixture
def tree(cloud: Cloud) -> dict[str, Domain]:
    """a and a/b with something in each, ab beside a, and something in ROOT itself."""
    a = cloud.domain("a")
    domains = {"a": a, "b": cloud.domain("b", a), "ab": cloud.domain("ab"), "ROOT": Domain.require(ROOT_DOMAIN)}
    for name, vms in (("a", 1), ("b", 2), ("ab", 4), ("ROOT", 8)):
        used(cloud, f"of-{name}", domains[name], vms)
    return domains


def test_a_domain_has_what_is_in_it_and_below(cloud: Cloud, tree: dict[str, Domain]) -> None:
    assert totals(cloud) == {"ROOT": (15, 150), "a": (3, 30), "b": (2, 20), "ab": (4, 40)}
    assert totals(cloud, id=tree["b"].id) == {"b": (2, 20)}
    assert totals(cloud, details="min") == {
        "ROOT": (None, None),
        "a": (None, None),
        "b": (None, None),
        "ab": (None, None),
    }


@pytest.mark.parametrize("kind", ["domains", "accounts"])
def test_with_too_many_right_below_root_they_are_not_added_up(
    cloud: Cloud, tree: dict[str, Domain], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(_figures, "MOST_SUMMED", 2)
    if kind == "domains":
        cloud.domain("one-more")
    else:
        cloud.caller("one-more")
    assert totals(cloud, details="all")["ROOT"] == (None, None)
    assert totals(cloud, id=tree["a"].id) == {"a": (3, 30)}


def test_limits_and_what_is_left_of_them_are_shown(cloud: Cloud, tree: dict[str, Domain]) -> None:
    limits.set_limit(lambda: Quota.of("/a/"), "user_vm", 5)
    limits.set_limit(lambda: Quota.of("/a/"), "primary_storage", 20 * 2**30)
    (shown,) = cloud.call("listDomains", id=tree["a"].id)["domain"]
    assert (shown["vmlimit"], shown["vmavailable"], shown["volumelimit"]) == ("5", "2", "Unlimited")
    assert (shown["primarystoragelimit"], shown["primarystorageavailable"]) == ("20", "-10")
    owner = find_account(tree["a"].id, "of-a")
    assert owner is not None
    limits.set_limit(lambda: Account.require(owner.id), "user_vm", 1)
    (account,) = cloud.call("listAccounts", id=owner.id)["account"]
    assert (account["vmtotal"], account["vmlimit"], account["vmavailable"]) == (1, "1", "0")
    assert (account["cputotal"], account["cpulimit"], account["cpuavailable"]) == (0, "Unlimited", "Unlimited")


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
