"""listTemplates, and who is given which template; updateTemplate and its permissions."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.template import Template
from tests.cloud import Refused
from tests.unit.site import Site, create, open_flows


def template(owner: Caller, name: str, **changed: Any) -> Template:
    """A template in the records, ready unless said otherwise."""
    fields: dict[str, Any] = {
        "account_id": owner.account_id, "account": owner.account, "domain_id": owner.domain_id,
        "domain_path": owner.domain_path, "name": name, "display_text": name, "state": "Ready", "sha256": "ab" * 32,
        **changed,
    }  # fmt: skip
    made = Template(new_id(), **fields)
    made.shown = made.shown_as if made.state == "Ready" else None
    create(made)
    return made


def names(site: Site, wanted: str, caller: Caller | None = None, **filters: Any) -> list[str]:
    """The names that a filter shows."""
    rows = site.cloud.call("listTemplates", caller, templatefilter=wanted, **filters).get("template", [])
    return [row["name"] for row in rows]


def test_each_filter_shows_its_own(site: Site) -> None:
    tenant, other = site.cloud.caller("tenant"), site.cloud.caller("other")
    template(site.cloud.root, "featured", public=True, featured=True)
    template(site.cloud.root, "secret")
    template(other, "community", public=True)
    template(tenant, "mine")
    template(tenant, "coming", state="Registering")
    assert names(site, "featured", tenant) == ["featured"]
    assert names(site, "community", tenant) == ["community"]
    assert names(site, "self", tenant) == ["mine", "coming"]
    assert names(site, "selfexecutable", tenant) == ["mine"]
    assert names(site, "executable", tenant) == ["featured", "community", "mine"]
    assert names(site, "sharedexecutable", tenant) == []
    assert names(site, "all") == ["featured", "secret", "community", "mine", "coming"]
    with pytest.raises(Refused, match="531"):
        names(site, "all", tenant)


def test_an_id_does_not_open_what_the_filter_hides(site: Site) -> None:
    tenant = site.cloud.caller("tenant")
    secret = template(site.cloud.root, "secret")
    for wanted in ("executable", "self", "featured", "sharedexecutable"):
        assert names(site, wanted, tenant, id=secret.id) == []
    assert names(site, "executable", id=secret.id) == ["secret"]


def test_a_list_of_no_ids_asks_for_none(site: Site) -> None:
    for wanted in ("self", "executable"):
        for asked in ({"ids": ","}, {"ids": new_id()}):
            assert site.cloud.call("listTemplates", templatefilter=wanted, **asked).get("template", []) == []


def test_pages_and_filters(site: Site) -> None:
    for number in range(3):
        template(site.cloud.root, f"t{number}", public=True, featured=True, zone_id=site.zone.id if number else None)
    assert names(site, "featured", page=2, pagesize=2) == ["t2"]
    assert names(site, "executable", page=1, pagesize=2) == ["t0", "t1"]
    assert names(site, "featured", name="t1") == ["t1"]
    assert names(site, "featured", keyword="T") == ["t0", "t1", "t2"]
    assert names(site, "featured", zoneid=new_id()) == ["t0"]
    assert names(site, "featured", arch="aarch64") == []


def test_a_template_is_shared_with_accounts_and_taken_back(site: Site) -> None:
    tenant, friend = site.cloud.caller("tenant"), site.cloud.caller("friend")
    made = template(tenant, "mine")
    for _ in range(2):
        site.cloud.call("updateTemplatePermissions", tenant, id=made.id, op="add", accounts="friend")
    assert names(site, "sharedexecutable", friend) == ["mine"]
    assert names(site, "executable", friend) == ["mine"]
    shown = site.cloud.call("listTemplatePermissions", tenant, id=made.id)["templatepermission"]
    assert shown["account"] == ["friend"]
    with pytest.raises(Refused, match="431"):
        site.cloud.call("listTemplatePermissions", friend, id=made.id)
    site.cloud.call("updateTemplatePermissions", tenant, id=made.id, op="reset")
    assert names(site, "executable", friend) == []


def test_public_comes_and_goes(site: Site) -> None:
    tenant, other = site.cloud.caller("tenant"), site.cloud.caller("other")
    made = template(tenant, "mine")
    site.cloud.call("updateTemplatePermissions", tenant, id=made.id, ispublic="true", isfeatured="true")
    assert names(site, "community", other) == ["mine"]
    site.cloud.call("updateTemplatePermissions", tenant, id=made.id, ispublic="false")
    assert names(site, "executable", other) == []


def test_only_what_is_given_changes(site: Site) -> None:
    made = template(site.cloud.root, "old", details={"a": "b"})
    shown = site.cloud.call("updateTemplate", id=made.id, name="new", passwordenabled="true")["template"]
    assert (shown["name"], shown["displaytext"], shown["passwordenabled"]) == ("new", "old", True)
    assert shown["details"] == {"a": "b"}
    assert "details" not in site.cloud.call("updateTemplate", id=made.id, cleanupdetails="true")["template"]
    with pytest.raises(Refused, match="Guests boot from every template"):
        site.cloud.call("updateTemplate", id=made.id, bootable="false")
    with pytest.raises(Refused, match="431"):
        site.cloud.call("updateTemplate", site.cloud.caller("tenant"), id=made.id, name="stolen")


def test_details_are_shown_unless_the_least_is_asked_for(site: Site) -> None:
    template(site.cloud.root, "t", details={"a": "b"})

    def shown(**wanted: str) -> dict[str, Any]:
        row: dict[str, Any] = site.cloud.call("listTemplates", templatefilter="self", **wanted)["template"][0]
        return row

    whole, least = shown(), shown(details="min")
    assert whole.keys() - least.keys() == {"details", "downloaddetails"}
    assert shown(details="all") == whole


def test_the_job_at_work_on_a_template_is_shown(site: Site) -> None:
    made = template(site.cloud.root, "t")
    open_flows("storage/delete_template")
    job = site.cloud.call("deleteTemplate", id=made.id)["jobid"]
    (row,) = site.cloud.call("listTemplates", templatefilter="self")["template"]
    assert (row["jobid"], row["jobstatus"]) == (job, 0)
