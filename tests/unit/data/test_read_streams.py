"""read_streams: the streams keep the counts of lists, and tags go with what they were on."""

from __future__ import annotations

import json
from typing import Any

from functions.data.actions.read_streams import handler
from javelin.data.records.annotation import Annotation
from javelin.data.records.sequence import CLOUD, standings
from javelin.data.records.tag import Tag
from javelin.data.records.zone import Zone
from tests.cloud import Cloud, Context
from tests.flows.streams import told

ZONE: dict[str, Any] = {"name": "z1", "networktype": "Advanced", "dns1": "8.8.8.8", "internaldns1": "8.8.4.4"}


def test_inserts_and_removals_are_counted_by_bucket(cloud: Cloud) -> None:
    zone = Zone.require(cloud.call("createZone", **ZONE)["zone"]["id"])
    image = {"id": {"S": zone.id}, "cloud_bucket": {"S": zone.cloud_bucket}}
    made, gone = told("javelin-Zone", None, image), told("javelin-Zone", image, None)
    handler({"Records": [made] * 3 + [gone]}, Context())
    assert standings("Zone", [CLOUD])["Zone#cloud"].counts == [2]
    handler({"Records": [gone] * 2}, Context())
    assert standings("Zone", [CLOUD])["Zone#cloud"].counts == [0]


def test_tags_go_with_their_resource(cloud: Cloud) -> None:
    root = cloud.root
    tag = Tag(Tag.id_of("vm-1", "color"), resource_id="vm-1", resource_type="UserVm", key="color", value="red",
              account_id=root.account_id, account=root.account, domain_id=root.domain_id, domain_path="/")  # fmt: skip
    tag.save()
    tags = json.dumps([{"key": "color", "value": "red"}])
    gone = told("javelin-VirtualMachine", {"id": {"S": "vm-1"}, "tags": {"S": tags}}, None)
    handler({"Records": [gone]}, Context())
    assert Tag.find(tag.id) is None


def test_notes_go_with_what_they_are_on(cloud: Cloud) -> None:
    note = Annotation("n-1", entity_type="VM", entity_id="vm-1", text="t", account_id="a", user_id="u", user_name="u")
    note.save()
    gone = {"id": {"S": "vm-1"}, "notes": {"N": "1"}}
    handler({"Records": [told("javelin-VirtualMachine", gone, None)]}, Context())
    assert Annotation.find("n-1") is None
