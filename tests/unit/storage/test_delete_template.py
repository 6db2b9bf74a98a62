"""deleteTemplate and the step that does it."""

from __future__ import annotations

import pytest

from functions.storage.actions import remove_template
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.template import Template
from javelin.messaging import objects
from javelin.messaging.host_commands import ForgetImage
from tests.cloud import Refused
from tests.unit.site import Site, do_run, last_job, undo_run
from tests.unit.storage.test_list_templates import names, template


def test_nothing_stays_of_a_deleted_template(site: Site) -> None:
    near, away = site.add_host(), site.add_host("h2", state="Disconnected")
    shared, own = site.add_pool(), site.add_pool("HOST", away)
    friend = site.cloud.caller("friend")
    made = template(site.cloud.root, "t", public=True)
    Account.require(site.cloud.root.account_id).change(Account.used_template.set(1))
    site.cloud.call("updateTemplatePermissions", id=made.id, op="add", accounts="friend")
    kept = site.cloud.call("registerUserData", name="boot", userdata="eA==")["userdata"]["id"]
    site.cloud.call("linkUserDataToTemplate", templateid=made.id, userdataid=kept)
    objects.put(made.object_key, b"image")
    site.cloud.call("deleteTemplate", id=made.id)
    assert names(site, "community", friend) == []
    job = last_job("Template", made.id)
    for _ in range(2):
        remove_template.handler.do(do_run(job))
    assert Job.require(job.id).status == JobStatus.SUCCEEDED
    assert Template.find(made.id) is None
    assert objects.size(made.object_key) is None
    site.cloud.call("deleteUserData", id=kept)
    assert list(LaunchPermission.query(friend.account_id)) == []
    assert Account.require(site.cloud.root.account_id).used_template == 0
    forget = [command for host in (near, away) for command in site.asked(host)]
    assert all(isinstance(command, ForgetImage) for command in forget)
    assert {pool.id for command in forget if isinstance(command, ForgetImage) for pool in command.pools} == {
        shared.id, own.id,
    }  # fmt: skip


def test_a_template_in_use_stays(site: Site) -> None:
    made = template(site.cloud.root, "t", users=1)
    with pytest.raises(Refused, match="536"):
        site.cloud.call("deleteTemplate", id=made.id)
    assert Template.require(made.id).state == "Ready"


def test_another_tenant_deletes_nothing(site: Site) -> None:
    made = template(site.cloud.root, "t", public=True)
    with pytest.raises(Refused, match="431"):
        site.cloud.call("deleteTemplate", site.cloud.caller("tenant"), id=made.id)


def test_a_failed_delete_can_be_repeated(site: Site) -> None:
    made = template(site.cloud.root, "t")
    Account.require(site.cloud.root.account_id).change(Account.used_template.set(1))
    site.cloud.call("deleteTemplate", id=made.id)
    job = last_job("Template", made.id)
    for _ in range(2):
        remove_template.undo(undo_run(job, "States.Timeout", ""))
    assert Template.require(made.id).state == "Failed"
    site.cloud.call("deleteTemplate", id=made.id)
    remove_template.handler.do(do_run(last_job("Template", made.id)))
    assert Template.find(made.id) is None


def test_the_zone_must_be_the_template_s(site: Site) -> None:
    made = template(site.cloud.root, "t", zone_id=site.zone.id, zone_name="z1")
    with pytest.raises(Refused, match="is for zone z1; leave zoneid out"):
        site.cloud.call("deleteTemplate", id=made.id, zoneid=new_id())
    site.cloud.call("deleteTemplate", id=made.id, zoneid=site.zone.id)
