"""Fixtures of storage's tests."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud
from tests.unit.site import Site, build, open_flows


@pytest.fixture
def site(cloud: Cloud) -> Site:
    """A zone, and the flows of storage."""
    open_flows("storage/register_template", "storage/delete_template")
    return build(cloud)
