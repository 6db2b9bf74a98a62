"""What tenants share and set right: a template that others of the domain may use, and a network's router made anew."""

from __future__ import annotations

from tests.e2e.site import Site, remove


def test_a_template_is_shared_with_one_account_and_no_longer(site: Site) -> None:
    domain = site.domain("sharing")
    giver, taker = (site.tenant(f"sharing-{name}", domain=domain) for name in ("giver", "taker"))
    template = site.new_template(giver.api, "shared")["id"]
    shared = {"templatefilter": "sharedexecutable", "id": template}
    assert taker.api.rows("listTemplates", "template", **shared) == []
    giver.api.call("updateTemplatePermissions", id=template, op="add", accounts=taker.name)
    permissions = giver.api.call("listTemplatePermissions", id=template)["templatepermission"]
    assert (permissions["account"], permissions["ispublic"]) == ([taker.name], False)
    assert [row["id"] for row in taker.api.rows("listTemplates", "template", **shared)] == [template]
    assert taker.raw.call("updateTemplatePermissions", id=template, ispublic="true").status == 431
    giver.api.call("updateTemplatePermissions", id=template, op="reset")
    assert taker.api.rows("listTemplates", "template", **shared) == []


def test_a_networks_router_is_made_anew_under_its_guests(site: Site) -> None:
    tenant = site.tenant("restarting")
    network = site.new_network(tenant.api, "restarted")["id"]
    machine = site.deploy(tenant.api, networkids=network)
    assert tenant.api.call("restartNetwork", id=network, cleanup="true")["success"] is True
    (row,) = tenant.api.rows("listNetworks", "network", id=network)
    assert (row["state"], row["restartrequired"]) == ("Implemented", False)
    assert (site.machine(machine["id"]) or {})["state"] == "Running"
    remove(site, machine)
    tenant.api.call("deleteNetwork", id=network)
