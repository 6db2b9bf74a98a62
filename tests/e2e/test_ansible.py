"""Playbooks with Ansible's modules: what they ask for is there, asking again changes nothing, and it all goes again."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from infra.local.offerings import NETWORK_OFFERING
from tests.e2e.ansible_client import play
from tests.e2e.site import Site, new_public_key


@pytest.mark.timeout(900)  # every task is a program of its own
def test_playbooks_find_what_they_made_and_take_it_away(site: Site, tmp_path: Path) -> None:
    wanted = {
        "password": secrets.token_urlsafe(16), "public_key": new_public_key(), "zone": site.zone,
        "template": site.template, "network_offering": NETWORK_OFFERING,
    }  # fmt: skip
    site.cloud.secrets["password in a playbook"] = wanted["password"]
    made = play(site.cloud, tmp_path, "there.yaml", **wanted)
    assert (made.changed, made.failed) == (made.ok, 0), made.said
    again = play(site.cloud, tmp_path, "there.yaml", **wanted)
    assert (again.ok, again.changed) == (made.ok, 0), again.said
    domain = next(row["id"] for row in site.api.rows("listDomains", "domain") if row["path"] == "ROOT/ansible")
    (tree,) = site.api.rows("listVirtualMachines", "virtualmachine", domainid=domain)
    assert (tree["name"], tree["state"], tree["group"], tree["keypair"]) == ("tree", "Running", "garden", "spade")
    assert [group["name"] for group in tree["affinitygroup"]] == ["beds"]
    gone = play(site.cloud, tmp_path, "gone.yaml", **wanted)
    assert (gone.changed, gone.failed) == (gone.ok, 0), gone.said
    assert site.api.rows("listDomains", "domain", id=domain) == []
