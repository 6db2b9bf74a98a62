"""Limits, and the end of accounts and domains, on the simulated cloud."""

from __future__ import annotations

import pytest
from cs import CloudStackApiException

from tests.e2e.site import Site


def test_limits_are_set_kept_shown_and_recounted(site: Site) -> None:
    home = site.domain("limited")
    tenant = site.tenant("limited-tenant", domain=home)
    whose = {"account": tenant.name, "domainid": home}
    site.api.call("updateResourceLimit", resourcetype=6, max=1, domainid=home)
    site.api.call("updateResourceLimit", resourcetype=0, max=0, **whose)
    limits = {row["resourcetypename"]: row["max"] for row in tenant.api.rows("listResourceLimits", "resourcelimit")}
    assert (limits["user_vm"], limits["network"]) == (0, -1)
    site.new_network(tenant.api, "first")
    with pytest.raises(CloudStackApiException, match="The limits of domain ROOT/limited do not allow 1 more networks"):
        site.new_network(tenant.api, "second")
    (shown,) = site.api.rows("listDomains", "domain", id=home)
    assert (shown["networktotal"], shown["networklimit"], shown["networkavailable"]) == (1, "1", "0")
    counted = site.api.rows("updateResourceCount", "resourcecount", domainid=home, resourcetype=6)
    assert [row["resourcecount"] for row in counted] == [1]


def test_a_disabled_account_stops_and_a_deleted_domain_leaves_nothing(site: Site) -> None:
    upper = site.domain("leaving")
    lower = site.domain("inner", upper)
    tenant = site.tenant("leaving-tenant", domain=lower)
    network = site.new_network(tenant.api, "theirs")["id"]
    machine = site.deploy(tenant.api, networkids=network)["id"]
    assert [row["name"] for row in site.api.rows("listDomainChildren", "domain", id=upper)] == ["inner"]
    disabled = site.api.call("disableAccount", id=tenant.account, lock="false")["account"]
    assert (disabled["state"], disabled.get("vmrunning", 0)) == ("disabled", 0)
    (stopped,) = site.api.rows("listVirtualMachines", "virtualmachine", id=machine)
    assert stopped["state"] == "Stopped"
    assert site.api.call("deleteDomain", id=upper, cleanup="true") == {"success": True}
    for command, kind, key in (
        ("listDomains", "domain", upper), ("listDomains", "domain", lower), ("listAccounts", "account", tenant.account),
        ("listVirtualMachines", "virtualmachine", machine), ("listNetworks", "network", network),
    ):  # fmt: skip
        assert site.api.rows(command, kind, id=key) == []


def test_a_domain_that_nobody_is_in_moves_with_those_below_it(site: Site) -> None:
    before, after = site.domain("before"), site.domain("after")
    branch = site.domain("branch", before)
    leaf = site.domain("leaf", branch)
    site.api.call("updateResourceLimit", domainid=leaf, resourcetype=0, max=4)
    moved = site.api.call("moveDomain", domainid=branch, parentdomainid=after)["domain"]
    assert (moved["path"], moved["parentdomainid"]) == ("ROOT/after/branch", after)
    (row,) = site.api.rows("listDomains", "domain", id=leaf)
    assert (row["path"], row["parentdomainid"], row["vmlimit"]) == ("ROOT/after/branch/leaf", branch, "4")
    tenant = site.tenant("moved-tenant", domain=leaf)
    assert [row["domainpath"] for row in tenant.api.rows("listAccounts", "account")] == ["ROOT/after/branch/leaf"]
    with pytest.raises(CloudStackApiException, match="Domain ROOT/after/branch/leaf has accounts or projects"):
        site.api.call("moveDomain", domainid=branch, parentdomainid=before)
    assert site.api.call("deleteDomain", id=before) == {"success": True}


def test_a_deleted_account_leaves_its_name_to_others(site: Site) -> None:
    tenant = site.tenant("passing")
    site.new_network(tenant.api, "theirs")
    assert site.api.call("deleteAccount", id=tenant.account) == {"success": True}
    with pytest.raises(CloudStackApiException, match="401"):
        tenant.api.call("listZones")
    again = site.tenant("passing")
    assert again.account != tenant.account
