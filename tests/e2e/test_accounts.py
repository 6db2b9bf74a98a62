"""Limits, and the end of accounts and domains, on the simulated cloud."""

from __future__ import annotations

import pytest
from cs import CloudStackApiException

from tests.e2e.local_cloud import eventually
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


def test_what_is_in_a_moved_domain_follows_it(site: Site) -> None:
    before, after = site.domain("before"), site.domain("after")
    branch = site.domain("branch", before)
    leaf = site.domain("leaf", branch)
    site.api.call("updateResourceLimit", domainid=leaf, resourcetype=0, max=4)
    tenant = site.tenant("moved-tenant", domain=leaf)
    above, elsewhere = (site.tenant(f"admin-of-{name}", role="DomainAdmin", domain=home)
                        for name, home in (("after", after), ("before", before)))  # fmt: skip
    network = site.new_network(tenant.api, "theirs")["id"]
    machine = site.deploy(tenant.api, networkids=network)["id"]
    moved = site.api.call("moveDomain", domainid=branch, parentdomainid=after)["domain"]
    assert (moved["path"], moved["parentdomainid"]) == ("ROOT/after/branch", after)
    everything = {"listall": "true", "id": machine}
    eventually(lambda: whole(site, branch), "the end of the move")
    assert len(above.api.rows("listVirtualMachines", "virtualmachine", **everything)) == 1
    assert elsewhere.api.rows("listVirtualMachines", "virtualmachine", **everything) == []
    for command, kind, key in (
        ("listVirtualMachines", "virtualmachine", machine), ("listNetworks", "network", network),
        ("listAccounts", "account", tenant.account),
    ):  # fmt: skip
        (row,) = tenant.api.rows(command, kind, id=key)
        assert row["domainpath"] == "ROOT/after/branch/leaf"
    (row,) = site.api.rows("listDomains", "domain", id=leaf)
    assert (row["path"], row["vmlimit"], row["vmtotal"]) == ("ROOT/after/branch/leaf", "4", 1)
    totals = [site.api.rows("listDomains", "domain", id=key)[0]["vmtotal"] for key in (before, branch, after)]
    assert totals == [0, 1, 1]
    site.api.call("destroyVirtualMachine", id=machine, expunge="true")
    assert site.api.rows("listDomains", "domain", id=after)[0]["vmtotal"] == 0


def test_domains_accounts_and_projects_get_other_names(site: Site) -> None:
    home = site.domain("old-name")
    tenant = site.tenant("old-tenant", domain=home)
    network = site.new_network(tenant.api, "theirs")["id"]
    project = tenant.api.call("createProject", name="old-project", displaytext="p")["project"]["id"]
    assert tenant.api.call("updateProject", id=project, name="new-project")["project"]["name"] == "new-project"
    assert site.api.call("updateDomain", id=home, name="new-name")["domain"]["path"] == "ROOT/new-name"
    eventually(lambda: whole(site, home), "the end of the renaming")
    account = site.api.call("updateAccount", id=tenant.account, newname="new-tenant")["account"]
    assert (account["name"], account["domainpath"]) == ("new-tenant", "ROOT/new-name")
    eventually(lambda: tenant.api.rows("listNetworks", "network", id=network)[0]["account"] == "new-tenant", "its name")
    (row,) = tenant.api.rows("listProjects", "project", id=project)
    assert (row["name"], row["domain"], row["owner"][0]["account"]) == ("new-project", "new-name", "new-tenant")


def whole(site: Site, domain: str) -> bool:
    """Whether no job moves what is in the domain: only then may its limits be changed."""
    return site.cloud.raw.call("updateResourceLimit", domainid=domain, resourcetype=7, max=-1).status == 200


def test_a_deleted_account_leaves_its_name_to_others(site: Site) -> None:
    tenant = site.tenant("passing")
    site.new_network(tenant.api, "theirs")
    assert site.api.call("deleteAccount", id=tenant.account) == {"success": True}
    with pytest.raises(CloudStackApiException, match="401"):
        tenant.api.call("listZones")
    again = site.tenant("passing")
    assert again.account != tenant.account
