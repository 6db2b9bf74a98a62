"""listStorageProviders: the names that the commands which add storage take."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused


def test_there_is_one_of_each_type(cloud: Cloud) -> None:
    assert cloud.call("listStorageProviders", type="primary") == {
        "count": 1, "dataStoreProvider": [{"name": "DefaultPrimary", "type": "PRIMARY"}],
    }  # fmt: skip
    assert cloud.call("listStorageProviders", type="image")["dataStoreProvider"][0]["name"] == "S3"
    assert cloud.call("listStorageProviders", type="image", keyword="primary") == {}


def test_other_types_are_refused(cloud: Cloud) -> None:
    with pytest.raises(Refused, match="primary or image"):
        cloud.call("listStorageProviders", type="tape")
