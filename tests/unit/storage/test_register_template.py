"""registerTemplate, the steps of its flow, and uploads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from functions.storage.actions import find_uploads, finish_template, import_template, place_import
from javelin.contract.errors import ResourceUnavailable
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.host import Host
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.template import Template
from javelin.flow.steps import Ask
from javelin.messaging import objects
from javelin.messaging.host_commands import AbandonImport, ImportImage
from tests.cloud import Refused
from tests.unit.site import Site, do_run, last_job, undo_run

WISH = {"name": "debian", "format": "QCOW2", "hypervisor": "KVM", "url": "https://example.org/debian.qcow2"}
FOUND = {"size": 300, "virtual_size": 1000, "sha256": "ab" * 32}


def register(site: Site, **changed: Any) -> tuple[dict[str, Any], Job]:
    """A template that is being registered, and its job."""
    answer = site.cloud.call("registerTemplate", **{**WISH, "zoneid": site.zone.id, **changed})
    template: dict[str, Any] = answer["template"][0]
    return template, last_job("Template", template["id"])


def imported(job: Job) -> tuple[Ask, ImportImage]:
    """What the host is asked, which is chosen once."""
    for _ in range(2):
        place_import.handler.do(do_run(job))
    asked = import_template.handler.do(do_run(job))
    assert isinstance(asked, Ask)
    assert isinstance(asked.command, ImportImage)
    return asked, asked.command


def test_a_template_is_answered_while_it_downloads(site: Site) -> None:
    made, job = register(site)
    assert not made["isready"]
    assert made["zoneid"] == site.zone.id
    assert not made["crossZones"]
    assert (job.flow, job.status) == ("storage/register_template", JobStatus.PENDING)
    assert Account.require(site.cloud.root.account_id).used_template == 1


def test_a_host_imports_it_and_it_is_ready(site: Site) -> None:
    host = site.add_host()
    made, job = register(site, ispublic="true", isfeatured="true", checksum="{SHA-256}" + "AB" * 32)
    asked, command = imported(job)
    assert asked.host == host.id
    assert command.format == "qcow2"
    assert command.checksum == "{SHA-256}" + "ab" * 32
    assert command.allowed == ()
    assert f"templates/{made['id']}.qcow2" in command.upload_url
    for _ in range(2):
        finish_template.handler.do(do_run(job, previous=FOUND))
    listed = site.cloud.call("listTemplates", templatefilter="featured")["template"][0]
    assert listed["isready"]
    assert (listed["size"], listed["physicalsize"]) == (1000, 300)
    assert listed["status"] == "Download Complete"
    assert Job.require(job.id).result["template"]["isready"]


def test_what_the_host_refuses_stays_with_the_reason_and_without_an_image(site: Site) -> None:
    made, job = register(site, ispublic="true")
    objects.put(f"templates/{made['id']}.qcow2", b"half")
    for _ in range(2):
        place_import.undo(undo_run(job))
    failed = site.cloud.call("listTemplates", templatefilter="self", id=made["id"])["template"][0]
    assert not failed["isready"]
    assert "backing file" in failed["status"]
    assert objects.size(f"templates/{made['id']}.qcow2") is None
    assert Job.require(job.id).status == JobStatus.FAILED
    assert Account.require(site.cloud.root.account_id).used_template == 1


def test_the_operator_says_which_sites_inside_are_trusted(site: Site) -> None:
    site.add_host()
    _, job = register(site)
    settings.change(settings.INTERNAL_SITES, "10.1.0.0/16, nonsense,192.168.0.7")
    _, command = imported(job)
    settings.forget()
    assert [str(network) for network in command.allowed] == ["10.1.0.0/16", "192.168.0.7/32"]


def test_without_a_host_the_step_says_so(site: Site) -> None:
    site.add_host(state="Down")
    _, job = register(site)
    with pytest.raises(ResourceUnavailable):
        place_import.handler.do(do_run(job))
    with pytest.raises(ResourceUnavailable):
        import_template.handler.do(do_run(job))


def test_the_host_of_an_import_is_chosen_once_and_is_the_one_that_gives_it_up(site: Site) -> None:
    host = site.add_host("h1")
    made, job = register(site)
    assert import_template.undo(undo_run(job)) is None
    place_import.handler.do(do_run(job))
    host.change(Host.state.set("Down"))
    site.add_host("h2")
    assert imported(job)[0].host == host.id
    assert import_template.undo(undo_run(job)) == Ask(host.id, AbandonImport(image=made["id"]))
    host.delete()
    assert import_template.undo(undo_run(job)) is None
    place_import.undo(undo_run(job))
    assert Template.require(made["id"]).import_host_id is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"url": "file:///etc/passwd"}, 431),
        ({"url": "https://me:secret@example.org/x.qcow2"}, 431),
        ({"url": "https:///x"}, 431),
        ({"format": "ISO"}, 431),
        ({"checksum": "abc"}, 431),
        ({"hypervisor": "XenServer"}, 431),
        ({"directdownload": "true"}, 431),
        ({"deployasis": "true"}, 431),
        ({"zoneid": "00000000-0000-7000-8000-00000000ffff"}, 431),
        ({"templatetype": "SYSTEM"}, 531),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(site: Site, changed: dict[str, str], code: int) -> None:
    with pytest.raises(Refused) as refusal:
        register(site, **changed)
    assert refusal.value.code == code
    assert site.cloud.call("listTemplates", templatefilter="all") == {}
    assert Account.require(site.cloud.root.account_id).used_template == 0


def test_users_do_not_recommend_templates(site: Site) -> None:
    tenant = site.cloud.caller("tenant")
    made = site.cloud.call("registerTemplate", tenant, **WISH, ispublic="true", isfeatured="true")["template"][0]
    assert made["ispublic"]
    assert not made["isfeatured"]
    assert made["crossZones"]


def test_an_upload_is_found_and_imported_from_our_own_store(site: Site) -> None:
    site.add_host()
    wish = {name: value for name, value in WISH.items() if name != "url"}
    params = site.cloud.call("getUploadParamsForTemplate", None, **wish, zoneid=site.zone.id)["getuploadparams"]
    assert f"uploads/{params['id']}" in params["postURL"]
    assert quote(params["signature"], safe="") in params["postURL"]
    assert find_uploads.handler({}, None) == {"started": [], "given_up": []}
    objects.put(f"uploads/{params['id']}", b"image")
    assert find_uploads.handler({}, None) == {"started": [params["id"]], "given_up": []}
    assert find_uploads.handler({}, None) == {"started": [], "given_up": []}
    job = last_job("Template", params["id"])
    _, command = imported(job)
    assert f"uploads/{params['id']}" in command.url
    finish_template.handler.do(do_run(job, previous=FOUND))
    assert objects.size(f"uploads/{params['id']}") is None
    assert Template.require(params["id"]).state == "Ready"


def test_what_nobody_waits_for_leaves_the_store(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add_host()
    monkeypatch.setattr(objects, "PAGE", 2)
    wish = {name: value for name, value in WISH.items() if name != "url"}
    kept = site.cloud.call("getUploadParamsForTemplate", None, **wish, zoneid=site.zone.id)["getuploadparams"]["id"]
    late = [new_id() for _ in range(5)]
    for key in (kept, *late):
        objects.put(f"uploads/{key}", b"image")
    assert find_uploads.handler({}, None) == {"started": [kept], "given_up": []}
    assert [*objects.names("uploads/")] == [kept]


def test_an_upload_that_never_comes_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = {name: value for name, value in WISH.items() if name != "url"}
    key = site.cloud.call("getUploadParamsForTemplate", None, **wish, zoneid="-1")["getuploadparams"]["id"]
    monkeypatch.setattr(find_uploads, "PATIENCE", find_uploads.PATIENCE * 0)
    assert find_uploads.handler({}, None) == {"started": [], "given_up": [key]}
    assert Template.require(key).state == "Failed"


def test_an_operating_system_must_be_one_that_is_listed(site: Site) -> None:
    known = site.cloud.call("listOsTypes", description="Debian GNU/Linux 12 (64-bit)")["ostype"][0]
    with pytest.raises(Refused, match="Unable to find OS type"):
        register(site, ostypeid="00000000-0000-4000-8000-00000000dead")
    made, _ = register(site, ostypeid=known["id"])
    assert (made["ostypeid"], made["ostypename"]) == (known["id"], known["description"])
