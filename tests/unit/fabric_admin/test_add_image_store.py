"""addImageStore, listImageStores, deleteImageStore."""

from __future__ import annotations

import pytest

from javelin.data.records.template import Template
from tests.cloud import BUCKET, Cloud, Refused
from tests.unit.fabric_admin.fabric import ZONE
from tests.unit.furnished.samples import absent_id, sample
from tests.unit.site import create


def test_the_store_is_the_clouds_own_bucket(cloud: Cloud) -> None:
    made = cloud.call("addImageStore", provider="S3", name="images", url="http://elsewhere",
                      details__0__secretkey="hidden")["imagestore"]  # fmt: skip
    assert (made["url"], made["scope"], made["providername"]) == (f"s3://{BUCKET}", "REGION", "S3")
    assert cloud.call("listImageStores", provider="S3")["imagestore"] == [made]
    with pytest.raises(Refused, match="already"):
        cloud.call("addImageStore", provider="S3")


def test_other_providers_are_refused(cloud: Cloud) -> None:
    with pytest.raises(Refused, match="S3"):
        cloud.call("addImageStore", provider="NFS", url="nfs://server/export")
    assert cloud.call("listImageStores") == {}


def test_a_store_without_templates_is_deleted_and_may_be_added_again(cloud: Cloud) -> None:
    zone = cloud.call("createZone", **ZONE)["zone"]["id"]
    region, own = (
        cloud.call("addImageStore", provider="S3", **where)["imagestore"]["id"] for where in ({}, {"zoneid": zone})
    )
    root = cloud.root
    owner = {"account_id": root.account_id, "account": root.account, "domain_id": root.domain_id, "domain_path": "/"}
    template = sample(Template, "", owner | {"zone_id": zone})
    create(template)
    with pytest.raises(Refused, match=r"536 .* has 1 templates"):
        cloud.call("deleteImageStore", id=own)
    cloud.call("deleteImageStore", id=region)
    assert [row["id"] for row in cloud.call("listImageStores")["imagestore"]] == [own]
    region = cloud.call("addImageStore", provider="S3")["imagestore"]["id"]
    template.change(Template.zone_id.remove())
    cloud.call("deleteImageStore", id=own)
    with pytest.raises(Refused, match=r"536 .* has 1 templates"):
        cloud.call("deleteImageStore", id=region)
    cloud.call("addImageStore", provider="S3", zoneid=zone)


def test_a_store_that_is_not_there_is_not_deleted(cloud: Cloud) -> None:
    with pytest.raises(Refused, match="431 Unable to find image store"):
        cloud.call("deleteImageStore", id=absent_id())
