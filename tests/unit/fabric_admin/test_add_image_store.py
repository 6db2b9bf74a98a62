"""addImageStore, listImageStores."""

from __future__ import annotations

import pytest

from tests.cloud import BUCKET, Cloud, Refused


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
